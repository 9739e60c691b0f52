#include "vedette/media/picture.h"

#include <array>

#include "ffmpeg/rotate.h"
#include "pictures/picture_header.h"
#include "pictures/picture_source.h"
#include "test_media.h"
#include "vedette/imaging/jpeg.h"

namespace vedette::media {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test

class LoadPicture : public MediaTest {
protected:
    std::string jpeg(int width, int height) {
        const auto bytes = imaging::encode_jpeg(test_picture(width, height).view(), 95);
        return {bytes->begin(), bytes->end()};
    }
    /// The JPEG with an EXIF block (TIFF, big-endian) that holds the orientation alone.
    static std::string with_orientation(const std::string& jpeg, char tag) {
        using namespace std::string_literals;
        const std::string tiff =
            "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s + tag + "\0\0\0\0\0\0"s;
        const std::string body = "Exif\0\0"s + tiff;
        const std::string segment = "\xFF\xE1\0"s + static_cast<char>(body.size() + 2) + body;
        return jpeg.substr(0, 2) + segment + jpeg.substr(2);
    }
    Error refusal(const fs::path& path, std::int64_t max_pixels = 100'000'000) {
        const auto picture = load_picture(path, max_pixels);
        EXPECT_FALSE(picture) << path;
        if (picture)
            return {ErrorCode::internal, "it loaded"};
        EXPECT_NE(picture.error().message().find(path.filename().string()), std::string::npos)
            << picture.error().message();
        return picture.error();
    }
};

/// A PNG that says it is 60 000 x 60 000 and has next to nothing in it.
std::string png_bomb() {
    using namespace std::string_literals;
    return "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\xEA\x60\0\0\xEA\x60\x08\x02\0\0\0\x7A\x1A\xB1\xE5\0\0\0\x0AIDAT\x78\x9C\x63\0\0\0\x02\0\x01"s +
           "\xE2\x21\xBC\x33\0\0\0\0IEND\xAE\x42\x60\x82"s;
}

TEST_F(LoadPicture, KnowsTheUsualKinds) {
    write_bytes(folder / "a.jpg", jpeg(90, 60));
    int kinds = 0;
    for (const char* name : {"a.jpg", "a.png", "a.bmp", "a.tiff", "a.gif", "a.webp"}) {
        const fs::path path = folder / name;
        if (path.extension() != ".jpg" &&
            !run_ffmpeg("-i " + (folder / "a.jpg").string() + " -frames:v 1 " + path.string()))
            continue;
        const auto picture = load_picture(path);
        ASSERT_TRUE(picture) << picture.error().message();
        EXPECT_EQ(picture->format(), imaging::PixelFormat::bgr24);
        EXPECT_EQ(picture->width_px(), 90);
        EXPECT_EQ(picture->height_px(), 60);
        const int tolerance = path.extension() == ".gif" || path.extension() == ".webp" ? 40 : 16;
        expect_near(color_at(picture->view(), 0.15, 0.2), {240, 16, 16}, tolerance);
        expect_near(color_at(picture->view(), 0.5, 0.8), {16, 120, 16}, tolerance);
        ++kinds;
    }
    EXPECT_GE(kinds, 1);
}

TEST_F(LoadPicture, GrayAndTransparentPicturesBecomeColor) {
    if (!run_ffmpeg("-f lavfi -i color=gray:s=40x30 -frames:v 1 -pix_fmt gray " +
                    (folder / "gray.png").string()) ||
        !run_ffmpeg("-f lavfi -i color=red:s=40x30 -frames:v 1 -pix_fmt rgba " +
                    (folder / "alpha.png").string()))
        GTEST_SKIP() << "the ffmpeg program is missing";
    const auto gray = load_picture(folder / "gray.png");
    const auto alpha = load_picture(folder / "alpha.png");
    ASSERT_TRUE(gray && alpha);
    expect_near(color_at(gray->view(), 0.5, 0.5), {128, 128, 128}, 3);
    expect_near(color_at(alpha->view(), 0.5, 0.5), {255, 0, 0}, 3);
}

TEST_F(LoadPicture, KnowsNetpbmsBinaryForms) {
    using namespace std::string_literals;
    write_bytes(folder / "a.pgm", "P5\n# a comment\n2 1\n255\n\x10\xF0"s);
    write_bytes(folder / "a.ppm", "P6 1 2 255\n\xFF\0\0\0\0\xFF"s);
    const auto gray = load_picture(folder / "a.pgm");
    ASSERT_TRUE(gray) << gray.error().message();
    EXPECT_EQ(gray->width_px(), 2);
    EXPECT_EQ(gray->row(0)[0], 0x10);
    EXPECT_EQ(gray->row(0)[5], 0xF0);
    const auto color = load_picture(folder / "a.ppm");
    ASSERT_TRUE(color) << color.error().message();
    EXPECT_EQ(color->height_px(), 2);
    EXPECT_EQ(color->row(0)[2], 0xFF) << "red above";
    EXPECT_EQ(color->row(1)[0], 0xFF) << "blue below";
    write_bytes(folder / "bomb.pgm", "P5 60000 60000 255\n\0"s);
    EXPECT_NE(refusal(folder / "bomb.pgm").message().find("60000x60000"), std::string::npos);
    write_bytes(folder / "cut.pgm", "P5 600 600 255\n\x01\x02"s);
    EXPECT_EQ(refusal(folder / "cut.pgm").code(), ErrorCode::data_loss);
    write_bytes(folder / "huge.pgm", "P5 99999999999999999999 1 255\n\0"s);
    EXPECT_EQ(refusal(folder / "huge.pgm").code(), ErrorCode::data_loss);
}

TEST_F(LoadPicture, AllEightExifOrientationsComeOutUpright) {
    const std::string flat = jpeg(96, 64);
    // Where the bright red corner (top left as stored) has to be seen: left or right, top or
    // bottom.
    const std::array<std::pair<double, double>, 8> red{{{0.1, 0.1},
                                                        {0.9, 0.1},
                                                        {0.9, 0.9},
                                                        {0.1, 0.9},
                                                        {0.1, 0.1},
                                                        {0.9, 0.1},
                                                        {0.9, 0.9},
                                                        {0.1, 0.9}}};
    for (int tag = 1; tag <= 8; ++tag) {
        const fs::path path = folder / ("o" + std::to_string(tag) + ".jpg");
        write_bytes(path, with_orientation(flat, static_cast<char>(tag)));
        const auto picture = load_picture(path);
        ASSERT_TRUE(picture) << picture.error().message();
        EXPECT_EQ(picture->width_px(), tag < 5 ? 96 : 64) << tag;
        const auto [x, y] = red[static_cast<std::size_t>(tag - 1)];
        SCOPED_TRACE(tag);
        expect_near(color_at(picture->view(), x, y), {240, 16, 16}, 16);

        auto opened = reader(path.string()); // the same as a stream
        ASSERT_TRUE(opened) << opened.error().message();
        const auto frame = opened->next();
        ASSERT_TRUE(frame && *frame);
        EXPECT_EQ((**frame)->view.width_px, tag < 5 ? 96 : 64) << tag;
        expect_near(color_at((**frame)->view, x, y), {240, 16, 16}, 16);
    }
}

TEST_F(LoadPicture, SaysWhatIsWrong) {
    write_bytes(folder / "empty.jpg", "");
    write_bytes(folder / "text.jpg", "just words\n");
    const std::string whole = jpeg(320, 240);
    write_bytes(folder / "cut.jpg", whole.substr(0, whole.size() / 2));
    write_bytes(folder / "bomb.png", png_bomb());
    EXPECT_EQ(refusal(folder / "missing.jpg").code(), ErrorCode::not_found);
    EXPECT_EQ(refusal(folder / "empty.jpg").code(), ErrorCode::invalid_argument);
    EXPECT_EQ(refusal(folder / "text.jpg").code(), ErrorCode::invalid_argument);
    EXPECT_EQ(refusal(folder / "cut.jpg").code(), ErrorCode::data_loss);
    const auto bomb = refusal(folder / "bomb.png");
    EXPECT_EQ(bomb.code(), ErrorCode::invalid_argument);
    EXPECT_NE(bomb.message().find("60000x60000"), std::string::npos) << bomb.message();
}

TEST_F(LoadPicture, TheLimitOfPixelsIsExact) {
    write_bytes(folder / "a.jpg", jpeg(100, 100));
    EXPECT_TRUE(load_picture(folder / "a.jpg", 10'000));
    EXPECT_EQ(refusal(folder / "a.jpg", 9'999).code(), ErrorCode::invalid_argument);
}

TEST_F(LoadPicture, FolderGoesInNaturalOrderOverMixedSizesAndKinds) {
    write_bytes(folder / "p10.jpg", jpeg(50, 40));
    write_bytes(folder / "p9.JPG", jpeg(90, 60));
    write_bytes(folder / "p1.jpg", jpeg(30, 20));
    write_bytes(folder / "p2.jpg", "broken");
    write_bytes(folder / "notes.txt", "not a picture");
    const bool png =
        run_ffmpeg("-i " + (folder / "p1.jpg").string() + " " + (folder / "p3.png").string());
    auto opened = reader(folder.string());
    ASSERT_TRUE(opened) << opened.error().message();
    EXPECT_TRUE(opened->info().separate_pictures);
    const auto got = read_all(*opened);
    EXPECT_FALSE(got.error);
    std::vector<std::pair<int, int>> sizes{{30, 20}};
    if (png)
        sizes.emplace_back(30, 20);
    sizes.emplace_back(90, 60);
    sizes.emplace_back(50, 40);
    EXPECT_EQ(got.sizes, sizes);
    for (std::size_t i = 0; i < got.times.size(); ++i)
        EXPECT_EQ(got.times[i], StreamTime{static_cast<int>(i) * 40ms});
}

TEST_F(LoadPicture, AFolderOfBrokenPicturesIsRefused) {
    write_bytes(folder / "a.jpg", "x");
    write_bytes(folder / "b.jpg", "y");
    const auto source = open(folder.string());
    ASSERT_FALSE(source);
    EXPECT_EQ(source.error().code(), ErrorCode::invalid_argument);
}

TEST(LooksLikePicture, GoesByTheEnding) {
    EXPECT_TRUE(looks_like_picture("a/b.JPeG"));
    EXPECT_TRUE(looks_like_picture("x.webp"));
    EXPECT_FALSE(looks_like_picture("x.mp4"));
    EXPECT_FALSE(looks_like_picture("jpg"));
}

TEST(NaturalLess, CountsAsPeopleDo) {
    EXPECT_TRUE(natural_less("p2.jpg", "p10.jpg"));
    EXPECT_FALSE(natural_less("p10.jpg", "p2.jpg"));
    EXPECT_TRUE(natural_less("p007", "p10"));
    EXPECT_TRUE(natural_less("a", "b"));
    EXPECT_TRUE(natural_less("a", "a1"));
    EXPECT_TRUE(natural_less("99999999999999999999998", "99999999999999999999999"));
    EXPECT_NE(natural_less("a01", "a1"), natural_less("a1", "a01"));
    EXPECT_FALSE(natural_less("same", "same"));
}

TEST(DeclaredSize, DamagedHeadersAreNoSizeAndNoCrash) {
    const std::string bomb = png_bomb();
    const std::span bytes{reinterpret_cast<const std::uint8_t*>(bomb.data()), bomb.size()};
    for (std::size_t length = 0; length < bytes.size(); ++length)
        for (const auto kind :
             {PictureKind::jpeg, PictureKind::png, PictureKind::bmp, PictureKind::gif,
              PictureKind::webp, PictureKind::tiff, PictureKind::pgm, PictureKind::ppm})
            EXPECT_GE(declared_size(kind, bytes.first(length)).value_or(PictureSize{}).width_px, 0);
    EXPECT_EQ(declared_size(PictureKind::png, bytes)->width_px, 60'000);
}

TEST(RotatePlane, EveryOrientationIsUndoneByItsInverse) {
    const std::array<std::uint8_t, 6> plane{1, 2, 3, 4, 5, 6}; // 3 wide, 2 high
    const auto turned = [&](ffmpeg::Orientation how) {
        std::array<std::uint8_t, 6> out{};
        ffmpeg::rotate_plane({plane.data(), 3, 3, 2, 1}, how, out.data(),
                             how.swaps_sides() ? 2 : 3);
        return out;
    };
    using Bytes = std::array<std::uint8_t, 6>;
    EXPECT_EQ(turned({0, false}), (Bytes{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(turned({1, false}), (Bytes{4, 1, 5, 2, 6, 3}));
    EXPECT_EQ(turned({2, false}), (Bytes{6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(turned({3, false}), (Bytes{3, 6, 2, 5, 1, 4}));
    EXPECT_EQ(turned({0, true}), (Bytes{3, 2, 1, 6, 5, 4}));
    EXPECT_EQ(turned({1, true}), (Bytes{6, 3, 5, 2, 4, 1}));
    EXPECT_EQ(turned({2, true}), (Bytes{4, 5, 6, 1, 2, 3}));
    EXPECT_EQ(turned({3, true}), (Bytes{1, 4, 2, 5, 3, 6}));
}

} // namespace
} // namespace vedette::media
