#include "vedette/media/byte_source.h"

#include <algorithm>

#include "test_media.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class Text final : public ByteInput {
public:
    explicit Text(std::string bytes, std::uint64_t breaks_at = UINT64_MAX)
        : bytes_{std::move(bytes)}, breaks_at_{breaks_at} {}
    [[nodiscard]] std::uint64_t size() const override { return bytes_.size(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset,
                                              std::span<std::byte> into) override {
        if (offset + into.size() > breaks_at_)
            return Error{ErrorCode::permission_denied, "another key is needed"};
        const std::size_t from = std::min<std::size_t>(offset, bytes_.size());
        const std::size_t count = std::min(into.size(), bytes_.size() - from);
        std::copy_n(reinterpret_cast<const std::byte*>(bytes_.data()) + from, count, into.begin());
        return count;
    }

private:
    const std::string bytes_;
    const std::uint64_t breaks_at_;
};

class ByteSource : public MediaTest {
protected:
    static std::vector<std::size_t> sizes_of(Source& source) {
        std::vector<std::size_t> out;
        for (;;) {
            const auto packet = source.read({});
            EXPECT_TRUE(packet) << packet.error().message();
            if (!packet || !*packet)
                return out;
            out.push_back((*packet)->size_bytes());
        }
    }
    Result<std::unique_ptr<Source>> open_text(std::string bytes,
                                              std::uint64_t breaks_at = UINT64_MAX) {
        return open_bytes(std::make_unique<Text>(std::move(bytes), breaks_at), "some bytes", {},
                          clock_);
    }

private:
    const SystemClock clock_;
};

TEST_F(ByteSource, GivesWhatAFileOfTheseBytesGives) {
    write_clip(folder / "a.mp4", 50);
    const auto file = open((folder / "a.mp4").string());
    const auto bytes = open_text(read_bytes(folder / "a.mp4"));
    ASSERT_TRUE(file && bytes) << bytes.error().message();
    EXPECT_EQ((*bytes)->info().codec, (*file)->info().codec);
    EXPECT_EQ((*bytes)->name(), "some bytes");
    const auto sizes = sizes_of(**bytes);
    EXPECT_EQ(sizes.size(), 50U);
    EXPECT_EQ(sizes, sizes_of(**file));
}

TEST_F(ByteSource, WhatTheBytesSayIsTheError) {
    write_clip(folder / "a.mp4", 50, 640, 480);
    const auto refused = open_text(read_bytes(folder / "a.mp4"), 100);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::permission_denied);
    EXPECT_EQ(refused.error().message(), "another key is needed");
}

TEST_F(ByteSource, OpensNothingElse) {
    write_clip(folder / "a.mp4", 5);
    const std::string list =
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:" + (folder / "a.mp4").string() +
        "\n#EXT-X-ENDLIST\n";
    EXPECT_FALSE(open_text(list));
    EXPECT_FALSE(open_text("ffconcat version 1.0\nfile '" + (folder / "a.mp4").string() + "'\n"));
    EXPECT_FALSE(open_text(""));
    EXPECT_FALSE(open_text(std::string(5'000, 'x')));
}

} // namespace
} // namespace vedette::media
