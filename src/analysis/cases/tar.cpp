#include "cases/tar.h"

#include <algorithm>
#include <set>
#include <utility>

#include "vedette/base/ustar.h"

namespace vedette::analysis {
namespace {

constexpr std::size_t kSizeAt = 124;

Error damaged(const std::string& what) { return {ErrorCode::data_loss, "the archive " + what}; }

std::string_view name_in(std::string_view header) {
    const std::string_view name = header.substr(0, kMaxTarName_bytes);
    return name.substr(0, name.find('\0'));
}

Result<std::size_t> size_in(std::string_view header) {
    std::size_t size = 0;
    for (const char digit : header.substr(kSizeAt, 11)) {
        if (digit < '0' || digit > '7')
            return damaged("has a member without a size");
        size = size * 8 + static_cast<std::size_t>(digit - '0');
    }
    return size;
}

bool is_zero(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == '\0'; });
}

Status check_bounds(std::string_view name, std::size_t size, std::size_t members) {
    if (size > kMaxTarMember_bytes)
        return Error{ErrorCode::resource_exhausted,
                     "the member " + std::string{name} + " of the archive is larger than 64 MiB"};
    if (members >= kMaxTarMembers)
        return Error{ErrorCode::resource_exhausted,
                     "the archive has more than " + std::to_string(kMaxTarMembers) + " members"};
    return {};
}

/// One member from the front of `rest`.
Result<TarMember> take_member(std::string_view& rest, std::size_t members) {
    const std::string_view header = rest.substr(0, kUstarBlock_bytes);
    VEDETTE_TRY(const std::size_t size, size_in(header));
    const std::string name{name_in(header)};
    if (!is_tar_name(name))
        return damaged("has a member whose name is not allowed");
    if (ustar_header(name, size) != header)
        return damaged("has a damaged header at member " + name);
    VEDETTE_CHECK_OK(check_bounds(name, size, members));
    rest.remove_prefix(kUstarBlock_bytes);
    if (rest.size() < ustar_padded(size))
        return damaged("is cut short in member " + name);
    if (!is_zero(rest.substr(size, ustar_padded(size) - size)))
        return damaged("has something hidden behind member " + name);
    TarMember member{name, std::string{rest.substr(0, size)}};
    rest.remove_prefix(ustar_padded(size));
    return member;
}

} // namespace

bool is_tar_name(std::string_view name) noexcept {
    if (name.empty() || name.size() > kMaxTarName_bytes || name.back() == '/')
        return false;
    char before = '/';
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '~';
        const bool joins = (c == '.' || c == '/') && before != '/';
        if (!plain && !joins)
            return false;
        before = c;
    }
    return true;
}

Result<std::string> write_tar(const std::vector<TarMember>& members) {
    std::set<std::string_view> names;
    std::size_t bytes = 2 * kUstarBlock_bytes;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const TarMember& member = members[i];
        if (!is_tar_name(member.name))
            return Error{ErrorCode::invalid_argument,
                         "'" + member.name + "' is no name for a member of an archive"};
        if (!names.insert(member.name).second)
            return Error{ErrorCode::invalid_argument,
                         "the archive would have two members " + member.name};
        VEDETTE_CHECK_OK(check_bounds(member.name, member.bytes.size(), i));
        bytes += kUstarBlock_bytes + ustar_padded(member.bytes.size());
        if (bytes > kMaxTar_bytes)
            return Error{ErrorCode::resource_exhausted, "the archive would be larger than 512 MiB"};
    }
    std::string out;
    out.reserve(bytes);
    for (const TarMember& member : members) {
        out += ustar_header(member.name, member.bytes.size());
        out += member.bytes;
        out.append(ustar_padded(member.bytes.size()) - member.bytes.size(), '\0');
    }
    out.append(2 * kUstarBlock_bytes, '\0');
    return out;
}

Result<std::vector<TarMember>> read_tar(std::string_view archive) {
    if (archive.size() > kMaxTar_bytes)
        return Error{ErrorCode::resource_exhausted, "the archive is larger than 512 MiB"};
    std::vector<TarMember> members;
    std::set<std::string> names;
    std::string_view rest = archive;
    for (;;) {
        if (rest.size() < 2 * kUstarBlock_bytes)
            return damaged(archive.empty() ? "is empty" : "is cut short");
        if (is_zero(rest.substr(0, kUstarBlock_bytes)))
            break;
        VEDETTE_TRY(auto member, take_member(rest, members.size()));
        if (!names.insert(member.name).second)
            return damaged("has two members " + member.name);
        members.push_back(std::move(member));
    }
    if (rest.size() != 2 * kUstarBlock_bytes || !is_zero(rest))
        return damaged("has something behind its end");
    return members;
}

} // namespace vedette::analysis
