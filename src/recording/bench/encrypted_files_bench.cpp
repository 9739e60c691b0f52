// What encryption costs: fragments of half a second at 8 Mbit/s to a file in the page cache, and
// back.
#include <benchmark/benchmark.h>
#include <optional>
#include <string>
#include <vector>

#include "testing/temporary_folder.h"
#include "vedette/recording/encrypted_files.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

constexpr std::size_t kFragment_bytes = 500'000;
constexpr int kFragments = 20;

std::unique_ptr<recording::RecordingFiles> open(const TemporaryFolder& folder, bool seal) {
    auto files = recording::open_recording_folder(folder.path()).value();
    if (!seal)
        return files;
    return recording::encrypted(std::move(files), crypto::AeadKey::make().value());
}

std::string write(recording::RecordingFiles& files, int number) {
    const std::vector<std::byte> fragment(kFragment_bytes, std::byte{7});
    std::string name = "gate/2026-11-29/14/" + std::to_string(number) + ".mp4";
    const auto file = files.create(name).value();
    for (int i = 0; i < kFragments; ++i)
        if (!file->append(fragment))
            std::abort();
    return name;
}

void writing(benchmark::State& state) {
    const TemporaryFolder folder;
    const auto files = open(folder, state.range(0) != 0);
    int number = 0;
    for (auto _ : state)
        if (!files->remove(write(*files, number++)))
            std::abort();
    state.SetBytesProcessed(state.iterations() * kFragments * kFragment_bytes);
}
BENCHMARK(writing)->ArgName("encrypted")->Arg(0)->Arg(1)->UseRealTime();

void reading(benchmark::State& state) {
    const TemporaryFolder folder;
    const auto files = open(folder, state.range(0) != 0);
    const std::string name = write(*files, 0);
    std::vector<std::byte> into(kFragment_bytes);
    for (auto _ : state)
        for (int i = 0; i < kFragments; ++i)
            if (!files->read_at(name, static_cast<std::uint64_t>(i) * kFragment_bytes, into))
                std::abort();
    state.SetBytesProcessed(state.iterations() * kFragments * kFragment_bytes);
}
BENCHMARK(reading)->ArgName("encrypted")->Arg(0)->Arg(1)->UseRealTime();

} // namespace
