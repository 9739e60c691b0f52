#include "segment_name.h"

#include <algorithm>
#include <vector>

#include "vedette/base/iso_time.h"

namespace vedette::recording {
namespace {

std::vector<std::string_view> parts_of(std::string_view file) {
    std::vector<std::string_view> out;
    for (std::size_t from = 0; from <= file.size();) {
        const std::size_t to = std::min(file.find('/', from), file.size());
        out.push_back(file.substr(from, to - from));
        from = to + 1;
    }
    return out;
}

bool are_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::string to_file(const SegmentName& name) {
    const std::string iso = format_iso_time(name.start, SecondDigits::microseconds);
    const std::string day = iso.substr(0, 10);
    const std::string hour = iso.substr(11, 2);
    const std::string moment = hour + iso.substr(14, 2) + iso.substr(17, 9); // seconds, fraction
    return name.camera.value() + "/" + day + "/" + hour + "/" + moment + "." + name.extension;
}

std::optional<SegmentName> from_file(std::string_view file) {
    const auto parts = parts_of(file);
    constexpr std::size_t kMoment = 13; // "142305.250000"
    if (parts.size() != 4 || parts[0].empty() || parts[3].size() < kMoment + 2 ||
        parts[3][kMoment] != '.')
        return std::nullopt;
    const std::string_view moment = parts[3].substr(0, kMoment);
    if (!are_digits(moment.substr(0, 6)) || moment.substr(0, 2) != parts[2])
        return std::nullopt;
    const auto start = parse_iso_time(
        std::string{parts[1]} + "T" + std::string{moment.substr(0, 2)} + ":" +
        std::string{moment.substr(2, 2)} + ":" + std::string{moment.substr(4)} + "Z");
    if (!start)
        return std::nullopt;
    SegmentName name{domain::CameraId{std::string{parts[0]}}, *start,
                     std::string{parts[3].substr(kMoment + 1)}};
    return to_file(name) == file ? std::optional{name} : std::nullopt;
}

} // namespace vedette::recording
