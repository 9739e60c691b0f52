#include "app/commands/discover/search.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace vedette::app {
namespace {

constexpr std::size_t kAtOnce = 8;

/// One device to ask, and what it called itself on the wire.
struct Candidate {
    std::string address;
    std::string name;
};

std::vector<media::OnvifCamera> ask_all(const std::vector<Candidate>& candidates,
                                        const SearchOptions& options,
                                        const Environment& environment) {
    std::vector<media::OnvifCamera> cameras(candidates.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
        for (std::size_t i = next++; i < candidates.size(); i = next++)
            cameras[i] = media::ask_onvif(
                {.address = candidates[i].address,
                 .user = options.login.user,
                 .password = options.login.password,
                 .tls = options.tls,
                 .timeout = std::max(options.timeout, std::chrono::milliseconds{3'000}),
                 .stop = environment.stop},
                environment.clock);
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < std::min(kAtOnce, candidates.size()); ++i)
        threads.emplace_back(work);
    threads.clear(); // waits for them
    return cameras;
}

std::vector<Candidate> find_candidates(const SearchOptions& options, const Environment& environment,
                                       FoundCameras& found) {
    std::vector<Candidate> candidates;
    for (const std::string& host : options.hosts)
        candidates.push_back({host, ""});
    if (!options.network)
        return candidates;
    auto devices = media::search_onvif(
        {.interfaces = options.interfaces, .timeout = options.timeout, .stop = environment.stop},
        environment.clock);
    if (!devices) {
        found.errors.push_back(std::move(devices).error());
        return candidates;
    }
    for (const auto& device : *devices)
        candidates.push_back({device.address, device.place.empty() ? device.name : device.place});
    return candidates;
}

} // namespace

FoundCameras search_cameras(const SearchOptions& options, const Environment& environment) {
    FoundCameras found;
    Names names;
    if (options.usb) {
        auto usb = media::list_usb_cameras();
        for (auto& camera : usb.cameras) {
            std::string name = names.fresh(camera.name, "usb");
            found.usb.push_back({std::move(name), std::move(camera)});
        }
        for (auto& failure : usb.failures)
            found.errors.push_back(std::move(failure.error));
    }
    const auto candidates = find_candidates(options, environment, found);
    auto cameras = ask_all(candidates, options, environment);
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        const std::string& called = candidates[i].name;
        std::string name = names.fresh(called.empty() ? cameras[i].model : called, "camera");
        found.onvif.push_back({std::move(name), std::move(cameras[i])});
    }
    return found;
}

} // namespace vedette::app
