#include "files/line_reader.h"

#include <algorithm>
#include <cstring>

namespace vedette::analysis {
namespace {

constexpr std::size_t kChunkBytes = 256UL * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

} // namespace

LineReader::LineReader(std::istream& in, std::string name, std::size_t max_line_bytes)
    : in_{in}, name_{std::move(name)}, max_line_bytes_{max_line_bytes} {}

bool LineReader::fill() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() < end_ + kChunkBytes)
        buffer_.resize(end_ + kChunkBytes);
    in_.read(buffer_.data() + end_, static_cast<std::streamsize>(kChunkBytes));
    const auto got = static_cast<std::size_t>(in_.gcount());
    end_ += got;
    return got > 0;
}

std::string_view LineReader::take(std::size_t line_bytes, std::size_t end_bytes) {
    std::string_view line{buffer_.data() + begin_, line_bytes};
    begin_ += line_bytes + end_bytes;
    ++number_;
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    if (number_ == 1 && line.starts_with(kByteOrderMark))
        line.remove_prefix(kByteOrderMark.size());
    return line;
}

Result<std::optional<std::string_view>> LineReader::next() {
    std::size_t looked = 0;
    for (;;) {
        const std::size_t held = end_ - begin_;
        const void* found = held > looked
                                ? std::memchr(buffer_.data() + begin_ + looked, '\n', held - looked)
                                : nullptr;
        if (found != nullptr) {
            const auto length = static_cast<std::size_t>(static_cast<const char*>(found) -
                                                         (buffer_.data() + begin_));
            if (length > max_line_bytes_)
                return too_long();
            return std::optional{take(length, 1)};
        }
        looked = held;
        if (held > max_line_bytes_)
            return too_long();
        if (ended_ || !fill()) {
            if (in_.bad())
                return Error{ErrorCode::data_loss,
                             where() + "reading failed after this line: check the disk"};
            ended_ = true;
            if (end_ == begin_)
                return std::optional<std::string_view>{};
            return std::optional{take(end_ - begin_, 0)};
        }
    }
}

Error LineReader::too_long() {
    ++number_;
    for (;;) { // to the end of the line, wherever it is
        const char* from = buffer_.data() + begin_;
        const void* found = end_ > begin_ ? std::memchr(from, '\n', end_ - begin_) : nullptr;
        if (found != nullptr) {
            begin_ += static_cast<std::size_t>(static_cast<const char*>(found) - from) + 1;
            break;
        }
        begin_ = end_;
        if (!fill()) {
            ended_ = true;
            break;
        }
    }
    return Error{ErrorCode::resource_exhausted, where() + "a line longer than " +
                                                    std::to_string(max_line_bytes_) +
                                                    " bytes: is this a file of lines?"};
}

std::string LineReader::where() const { return name_ + ":" + std::to_string(number_) + ": "; }

Error LineReader::bad(const std::string& what) const {
    return Error{ErrorCode::invalid_argument, where() + what};
}

} // namespace vedette::analysis
