#include "vedette/events/position_file.h"

#include <array>
#include <charconv>
#include <span>
#include <string_view>
#include <utility>

#include "log/log_files.h"

namespace vedette::events {
namespace {

using ports::LogPosition;

// One line of text, so that a person can read and mend it: "vedette-position 1 42\n".
constexpr std::string_view kStart = "vedette-position 1 ";
constexpr std::size_t kLongest_bytes = 64;

Result<LogPosition> parse(std::string_view text, const std::string& path) {
    std::uint64_t position = 0;
    if (text.starts_with(kStart) && text.ends_with('\n')) {
        text = text.substr(kStart.size(), text.size() - kStart.size() - 1);
        const char* end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, position);
        if (parsed.ec == std::errc{} && parsed.ptr == end && !text.empty())
            return LogPosition{position};
    }
    return Error{ErrorCode::data_loss,
                 path + " holds no position of this Vedette: restore it, or remove it to read the "
                        "event log from its beginning"};
}

} // namespace

PositionFile::PositionFile(std::unique_ptr<LogFiles> files, std::string name, LogPosition position)
    : files_{std::move(files)}, name_{std::move(name)}, position_{position} {}
PositionFile::PositionFile(PositionFile&&) noexcept = default;
PositionFile& PositionFile::operator=(PositionFile&&) noexcept = default;
PositionFile::~PositionFile() = default;

Result<PositionFile> PositionFile::open(const std::filesystem::path& file) {
    VEDETTE_TRY(auto files, open_folder(file.parent_path(), FolderUse::shared));
    return open(std::move(files), file.filename());
}

Result<PositionFile> PositionFile::open(std::unique_ptr<LogFiles> files, std::string name) {
    const auto file = files->open(name, LogFiles::Open::read_only);
    if (!file && file.error().code() == ErrorCode::not_found)
        return PositionFile{std::move(files), std::move(name), LogPosition{}};
    if (!file)
        return file.error();
    std::array<char, kLongest_bytes> text{};
    VEDETTE_TRY(const std::size_t bytes,
                (*file)->read_at(0, std::as_writable_bytes(std::span{text})));
    VEDETTE_TRY(const LogPosition position, parse({text.data(), bytes}, files->path_of(name)));
    return PositionFile{std::move(files), std::move(name), position};
}

Status PositionFile::keep(LogPosition position) {
    const std::string unfinished = name_ + ".new";
    const std::string text = std::string{kStart} + std::to_string(position.value()) + "\n";
    VEDETTE_CHECK_OK(files_->remove(unfinished));
    VEDETTE_TRY(const auto file, files_->open(unfinished, LogFiles::Open::create));
    VEDETTE_CHECK_OK(file->write_at(0, std::as_bytes(std::span{text})));
    VEDETTE_CHECK_OK(file->sync());
    VEDETTE_CHECK_OK(files_->rename(unfinished, name_));
    VEDETTE_CHECK_OK(files_->sync_folder());
    position_ = position;
    return {};
}

} // namespace vedette::events
