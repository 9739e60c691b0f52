#include "byte_range.h"

#include <gtest/gtest.h>

namespace vedette::api {
namespace {

using Kind = ByteRange::Kind;

TEST(ByteRanges, AreReadAsTheStandardSays) {
    const auto part = [](std::uint64_t from, std::uint64_t bytes) {
        return ByteRange{Kind::part, from, bytes};
    };
    EXPECT_EQ(read_range("bytes=0-99", 1'000), part(0, 100));
    EXPECT_EQ(read_range("bytes=0-0", 1'000), part(0, 1));
    EXPECT_EQ(read_range("bytes=500-", 1'000), part(500, 500));
    EXPECT_EQ(read_range("bytes=999-5000", 1'000), part(999, 1));
    EXPECT_EQ(read_range("bytes=-1", 1'000), part(999, 1));
    EXPECT_EQ(read_range("bytes=-5000", 1'000), part(0, 1'000));
    EXPECT_EQ(read_range("bytes=10-99999999999999999999999", 1'000), part(10, 990));
}

TEST(ByteRanges, OfNothingThatIsThereAreUnsatisfiable) {
    for (const char* field :
         {"bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=99999999999999999999999-"})
        EXPECT_EQ(read_range(field, 1'000).kind, Kind::unsatisfiable) << field;
    EXPECT_EQ(read_range("bytes=0-", 0).kind, Kind::unsatisfiable);
    EXPECT_EQ(read_range("bytes=-1", 0).kind, Kind::unsatisfiable);
}

TEST(ByteRanges, ThatMakeNoSenseAreTheWhole) {
    for (const char* field :
         {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=+1-2", "bytes= 1-2",
          "bytes=1", "items=0-5", "bytes=0-1,5-6", "bytes=--1", "bytes=1-2-3", "bytes=1-x"})
        EXPECT_EQ(read_range(field, 1'000).kind, Kind::whole) << field;
}

class Numbers final : public BodySource {
public:
    [[nodiscard]] std::uint64_t size() const override { return 1'000; }
    Status read_at(std::uint64_t offset, std::span<std::byte> into) override {
        for (std::byte& one : into)
            one = static_cast<std::byte>(offset++);
        return {};
    }
};

Response streamed(bool ranges = true) {
    Response response;
    response.etag = "\"tag\"";
    response.stream = StreamedBody::of(std::make_unique<Numbers>(), ranges);
    return response;
}

TEST(ByteRanges, ApplyToTheVersionThatTheClientHas) {
    const auto status = [](Response response, std::string_view if_range) {
        apply_range(response, {.if_none_match = {}, .range = "bytes=5-9", .if_range = if_range});
        return response.status;
    };
    EXPECT_EQ(status(streamed(), ""), 206);
    EXPECT_EQ(status(streamed(), "\"tag\""), 206);
    EXPECT_EQ(status(streamed(), "\"other\""), 200);
    EXPECT_EQ(status(streamed(), "W/\"tag\""), 200);
    EXPECT_EQ(status(streamed(), "Sat, 21 Nov 2026 10:00:00 GMT"), 200);
    EXPECT_EQ(status(streamed(false), ""), 200) << "one that is made in a row";
    EXPECT_EQ(status(json_response("{}"), ""), 200);
}

TEST(ByteRanges, AreToldInTheAnswer) {
    Response response = streamed();
    apply_range(response, {.if_none_match = {}, .range = "bytes=5-9", .if_range = {}});
    EXPECT_EQ(response.headers.back().value, "bytes 5-9/1000");
    EXPECT_EQ(response.stream->from, 5U);
    EXPECT_EQ(response.stream->bytes, 5U);
    response = streamed();
    apply_range(response, {.if_none_match = {}, .range = "bytes=1000-", .if_range = {}});
    EXPECT_EQ(response.status, 416);
    EXPECT_EQ(response.headers.back().value, "bytes */1000");
    EXPECT_FALSE(response.stream);
}

} // namespace
} // namespace vedette::api
