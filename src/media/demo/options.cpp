#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "vedette/media/demo.h"

namespace vedette::media {
namespace {

constexpr std::string_view kPrefix = "demo://";
constexpr std::array<std::string_view, 6> kOptionNames{"seed",   "seconds", "width",
                                                       "height", "fps",     "time"};

/// How many letters must be changed, added or dropped to turn one word into the other.
std::size_t edits_between(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({changed, row[j] + 1, row[j - 1] + 1}));
        }
    }
    return row.back();
}

Error refused(std::string_view url, const std::string& why) {
    return {ErrorCode::invalid_argument, "open '" + std::string{url} + "': " + why};
}

Error unknown_option(std::string_view url, std::string_view name) {
    const auto nearest =
        std::min_element(kOptionNames.begin(), kOptionNames.end(), [&](auto a, auto b) {
            return edits_between(name, a) < edits_between(name, b);
        });
    std::string known;
    for (const auto option : kOptionNames)
        known += " " + std::string{option};
    const bool close = edits_between(name, *nearest) <= 2;
    return refused(
        url, "no option '" + std::string{name} + "'" +
                 (close ? "; did you mean '" + std::string{*nearest} + "'?" : "; known:" + known));
}

/// The whole of `text` as a number between two bounds.
template <class Number>
bool read_number(std::string_view text, Number low, Number high, Number& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() && out >= low && out <= high;
}

bool read_time(std::string_view text, DemoTime& out) {
    if (text == "day")
        out = DemoTime::day;
    else if (text == "dusk")
        out = DemoTime::dusk;
    else if (text == "both")
        out = DemoTime::both;
    else
        return false;
    return true;
}

/// Sets one option. \return what would have been allowed; empty if all is well
std::string set_option(std::string_view name, std::string_view value, DemoOptions& options) {
    if (name == "seed")
        return read_number<std::uint64_t>(value, 0, std::numeric_limits<std::uint64_t>::max(),
                                          options.seed)
                   ? ""
                   : "a whole number from 0";
    if (name == "seconds")
        return read_number(value, 0.1, 3600.0, options.seconds) ? "" : "0.1 to 3600";
    if (name == "width")
        return read_number(value, 160, 3840, options.width_px) && options.width_px % 2 == 0
                   ? ""
                   : "an even number, 160 to 3840";
    if (name == "height")
        return read_number(value, 90, 2160, options.height_px) && options.height_px % 2 == 0
                   ? ""
                   : "an even number, 90 to 2160";
    if (name == "fps")
        return read_number(value, 1.0, 60.0, options.frame_rate) ? "" : "1 to 60";
    return read_time(value, options.time) ? "" : "day, dusk or both";
}

} // namespace

Result<DemoOptions> parse_demo_url(std::string_view url) {
    if (url.substr(0, kPrefix.size()) != kPrefix)
        return refused(url, "a demo scene is written demo://street?seed=7");
    std::string_view rest = url.substr(kPrefix.size());
    const std::string_view scene = rest.substr(0, rest.find('?'));
    if (scene != "street" && scene != "street/")
        return refused(url,
                       "no demo scene '" + std::string{scene} + "'; there is one: demo://street");
    rest.remove_prefix(std::min(rest.size(), scene.size() + 1));
    DemoOptions options;
    bool height_given = false;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const auto equals = std::min(pair.find('='), pair.size());
        const std::string_view name = pair.substr(0, equals);
        const std::string_view value = pair.substr(std::min(pair.size(), equals + 1));
        if (std::find(kOptionNames.begin(), kOptionNames.end(), name) == kOptionNames.end())
            return unknown_option(url, name);
        if (const std::string allowed = set_option(name, value, options); !allowed.empty())
            return refused(url,
                           std::string{name} + "=" + std::string{value} + " must be " + allowed);
        height_given = height_given || name == "height";
    }
    if (!height_given)
        options.height_px = options.width_px * 9 / 32 * 2;
    return options;
}

} // namespace vedette::media
