#include "mp4_codec_name.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "mp4_boxes.h"

namespace vedette::recording {
namespace {

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
    std::array<char, 64> out{};
    std::snprintf(out.data(), out.size(), format, numbers...);
    return out.data();
}

/// Four printable letters; others are no name that anybody knows.
std::string bare_name(std::uint32_t type) {
    std::string out;
    put_number(out, type, 4);
    const bool plain = std::all_of(out.begin(), out.end(), [](unsigned char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != '\\';
    });
    return out == "Opus" ? "opus" : out == "fLaC" ? "flac" : plain ? out : "unknown";
}

std::string h264(const std::string& name, std::span<const std::byte> config) {
    Mp4Reader reader{config};
    reader.skip(1);
    const auto profile = static_cast<unsigned>(reader.number(3));
    return reader.was_short() ? name : name + formatted(".%06x", profile);
}

std::uint32_t mirrored(std::uint32_t bits) {
    std::uint32_t out = 0;
    for (int i = 0; i < 32; ++i, bits >>= 1U)
        out = out << 1U | (bits & 1U);
    return out;
}

std::string h265(const std::string& name, std::span<const std::byte> config) {
    Mp4Reader reader{config};
    reader.skip(1);
    const auto profile = static_cast<unsigned>(reader.number(1));
    const std::uint32_t compatible = mirrored(reader.u32());
    std::uint64_t constraints = reader.number(6);
    const auto level = static_cast<unsigned>(reader.number(1));
    if (reader.was_short())
        return name;
    constexpr std::array<const char*, 4> kSpaces{"", "A", "B", "C"};
    std::string out = name + "." + kSpaces.at(profile >> 6U) + formatted("%u", profile & 0x1fU) +
                      formatted(".%X", compatible) + ((profile & 0x20U) != 0 ? ".H" : ".L") +
                      formatted("%u", level);
    for (; constraints != 0; constraints = constraints << 8U & 0xffffffffffffU)
        out += formatted(".%X", static_cast<unsigned>(constraints >> 40U));
    return out;
}

std::string av1(const std::string& name, std::span<const std::byte> config) {
    Mp4Reader reader{config};
    reader.skip(1);
    const auto profile_level = static_cast<unsigned>(reader.number(1));
    const auto flags = static_cast<unsigned>(reader.number(1));
    if (reader.was_short())
        return name;
    const bool deep = (flags & 0x40U) != 0;
    const bool deeper = (flags & 0x20U) != 0;
    return name + formatted(".%u.%02u%c.%02d", profile_level >> 5U, profile_level & 0x1fU,
                            (flags & 0x80U) != 0 ? 'H' : 'M',
                            !deep    ? 8
                            : deeper ? 12
                                     : 10);
}

/// Enters a descriptor if it is of this kind.
bool enter(Mp4Reader& reader, std::uint64_t tag) {
    if (reader.number(1) != tag)
        return false;
    for (int i = 0; i < 4; ++i)
        if ((reader.number(1) & 0x80U) == 0)
            break;
    return !reader.was_short();
}

std::string mpeg4(const std::string& name, std::span<const std::byte> esds) {
    Mp4Reader reader{esds};
    reader.skip(4);
    if (!enter(reader, 0x03))
        return name;
    reader.skip(3);
    if (!enter(reader, 0x04))
        return name;
    const auto object = static_cast<unsigned>(reader.number(1));
    reader.skip(12);
    const std::string out = name + formatted(".%02x", object);
    if (object != 0x40 || !enter(reader, 0x05))
        return out;
    const auto kind = static_cast<unsigned>(reader.number(1)) >> 3U;
    return reader.was_short() ? out : out + formatted(".%u", kind);
}

} // namespace

std::string mp4_codec_name(std::uint32_t type, std::span<const std::byte> boxes) {
    const std::string name = bare_name(type);
    using Namer = std::string (*)(const std::string&, std::span<const std::byte>);
    constexpr std::array<std::pair<std::string_view, Namer>, 4> kNamers{
        {{"avcC", h264}, {"hvcC", h265}, {"av1C", av1}, {"esds", mpeg4}}};
    for (const auto& [box, namer] : kNamers)
        if (const auto config = find_box(boxes, {box}))
            return namer(name, *config);
    return name;
}

} // namespace vedette::recording
