#include "vedette/recording/clip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clip_parts.h"
#include "mp4_head.h"
#include "test_recordings.h"
#include "vedette/recording/clip_pictures.h"
#include "vedette/recording/fragment_table.h"

namespace vedette::recording {
namespace {

using namespace testing; // NOLINT(google-build-using-namespace): fakes, in a test
using namespace std::chrono_literals;
using ::testing::HasSubstr;

const std::string kWithSound = "-f lavfi -i sine=frequency=440:duration=6 -c:a aac -b:a 32k";

class ClipOfRecordings : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = make_clip(6);
        if (!made)
            GTEST_SKIP() << "the ffmpeg program is missing";
        clip = *std::move(made);
        ASSERT_EQ(clip.packets.size(), 150U);
        ASSERT_EQ(key_frames(clip).size(), 6U);
    }

    Result<Recorded> find(double from, double to) {
        return find_recorded(recordings.files, recordings.index, recordings.camera, at_second(from),
                             at_second(to));
    }
    std::unique_ptr<ClipFile> file_of(double from, double to) {
        auto file = ClipFile::open(recordings.files, first_clip(find(from, to).value()).value());
        EXPECT_TRUE(file) << file.error().message();
        return *std::move(file);
    }
    void write_three(std::chrono::microseconds gap = {}) {
        recordings.write(clip, 0, 50, 0);
        recordings.write(clip, 50, 100, 2.03); // a camera's clock
        recordings.write(clip, 100, 150, gap.count() > 0 ? 64 : 4, gap);
    }
    void expect_packets(const ClipFile& file, std::size_t from, std::size_t to) {
        const auto packets = packets_of(file);
        ASSERT_EQ(packets.size(), to - from);
        for (std::size_t i = 0; i < packets.size(); ++i) {
            EXPECT_EQ(packets[i].size_bytes(), clip.packets[from + i].size_bytes()) << i;
            EXPECT_EQ(packets[i].key_frame(), clip.packets[from + i].key_frame()) << i;
            EXPECT_NEAR(static_cast<double>(packets[i].at().time_since_epoch().count()),
                        static_cast<double>(i) * 40e3, 20.0)
                << i;
        }
    }

    NullLog log;
    const media::FfmpegLogGuard quiet{log};
    testing::Clip clip;
    Recordings recordings;
};

std::vector<std::byte> bytes_of(const ClipFile& file) {
    std::vector<std::byte> out(file.size());
    EXPECT_TRUE(file.read_at(0, out));
    return out;
}

TEST_F(ClipOfRecordings, HasThePacketsOfAllSegmentsInARow) {
    write_three();
    const auto file = file_of(0, 10);
    expect_packets(*file, 0, 150);
    EXPECT_EQ(file->clip().length(), 6s);
    EXPECT_EQ(file->clip().from(), at_second(0));
    EXPECT_EQ(file->codecs().substr(0, 5), "avc1.");
    EXPECT_EQ(file->codecs().size(), 11U);
}

TEST_F(ClipOfRecordings, BeginsWithTheKeyFrameBeforeAndEndsWithAWholeFragment) {
    write_three();
    const auto file = file_of(1.5, 4.2);
    expect_packets(*file, 25, 125);
    EXPECT_EQ(file->clip().from(), at_second(1));
    EXPECT_EQ(file->clip().to(), at_second(5));
    expect_packets(*file_of(5.9, 5.95), 125, 150);
}

TEST_F(ClipOfRecordings, AnyPieceIsThatOfTheWhole) {
    write_three();
    const auto file = file_of(1, 10);
    const auto whole = bytes_of(*file);
    for (const std::size_t step : {1U, 7U, 333U, 4'096U, 100'000U})
        for (std::size_t at = 0; at < whole.size(); at += step * 11) {
            std::vector<std::byte> piece(std::min<std::size_t>(step, whole.size() - at));
            ASSERT_TRUE(file->read_at(at, piece));
            ASSERT_TRUE(std::equal(piece.begin(), piece.end(),
                                   whole.begin() + static_cast<std::ptrdiff_t>(at)))
                << step << " at " << at;
        }
    EXPECT_EQ(identity_of(file->clip()), identity_of(file_of(1, 10)->clip()));
    EXPECT_NE(identity_of(file->clip()), identity_of(file_of(0, 10)->clip()));
}

TEST_F(ClipOfRecordings, AGapTakesNoTimeAndIsTold) {
    write_three(60s);
    const auto file = file_of(0, 100);
    expect_packets(*file, 0, 150);
    const auto& parts = file->clip().parts;
    EXPECT_EQ(parts[1].gap.count(), 0);
    EXPECT_NEAR(std::chrono::duration<double>(parts[2].gap).count(), 60, 0.1);
    EXPECT_EQ(parts[2].gap_cause, "the camera was away");
}

TEST_F(ClipOfRecordings, WhatWasDeletedIsAGap) {
    recordings.write(clip, 0, 50, 0);
    recordings.write(clip, 100, 150, 4.1);
    const auto found = find(0, 10);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->clips.front().parts[1].gap, 2100ms);
    EXPECT_THAT(found->clips.front().parts[1].gap_cause, HasSubstr("deleted"));
}

TEST_F(ClipOfRecordings, AnotherCodecOrSizeBeginsAnotherClip) {
    const auto other = make_clip(2, "-vf scale=96:64");
    write_three();
    recordings.write(*other, 0, 50, 6);
    recordings.write(clip, 0, 50, 8);
    const auto found = find(0, 10);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->clips.size(), 3U);
    EXPECT_EQ(found->clips[0].parts.size(), 3U);
    EXPECT_EQ(found->clips[1].width_px, 96);
    EXPECT_EQ(found->clips[1].parts.front().at.count(), 0);
    EXPECT_EQ(found->clips[0].set_up, found->clips[2].set_up);
    EXPECT_NE(found->clips[0].set_up, found->clips[1].set_up);
}

TEST_F(ClipOfRecordings, RowsThatDoNotKnowTheirSetUpAreAskedForIt) {
    auto row = recordings.write(clip, 0, 50, 0);
    auto table = fragments_from(row.fragments).value();
    table.set_up = 0;
    row.fragments = to_bytes(table);
    ASSERT_TRUE(recordings.index.doom({row.id}, ""));
    ASSERT_TRUE(recordings.index.remove({row.id}));
    ASSERT_TRUE(recordings.index.add(row));
    recordings.write(clip, 50, 100, 2);
    const auto found = find(0, 10);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->clips.size(), 1U);
    EXPECT_EQ(found->clips.front().parts.size(), 2U);
}

TEST_F(ClipOfRecordings, ReorderedPicturesStayInOrder) {
    const auto reordered = make_clip(4, "-x264-params bframes=2:b-adapt=0");
    recordings.write(*reordered, 0, 50, 0);
    recordings.write(*reordered, 50, 100, 2);
    const auto file = file_of(0, 10);
    const auto packets = packets_of(*file);
    ASSERT_EQ(packets.size(), 100U);
    for (std::size_t i = 1; i < packets.size(); ++i)
        EXPECT_GT(packets[i].decoding_at(), packets[i - 1].decoding_at()) << i;
}

TEST_F(ClipOfRecordings, SoundStaysWithThePicturesWhereverItIsCut) {
    const auto talking = make_clip(6, kWithSound);
    const auto keys = key_frames(*talking);
    recordings.write(*talking, 0, keys[3], 0);
    recordings.write(*talking, keys[3], talking->packets.size(), 3);
    const auto file = file_of(1.2, 10);
    EXPECT_THAT(file->codecs(), HasSubstr("mp4a.40.2"));
    std::optional<StreamTime> picture;
    std::optional<StreamTime> sound;
    for (const media::Packet& packet : packets_of(*file)) {
        auto& last = packet.kind() == media::PacketKind::video ? picture : sound;
        if (last) {
            EXPECT_GT(packet.decoding_at(), *last);
        }
        last = packet.decoding_at();
    }
    ASSERT_TRUE(picture && sound);
    EXPECT_LT(std::chrono::abs(*picture - *sound), 200ms);
    EXPECT_LT(file->clip().parts.front().at, 200ms);
}

TEST_F(ClipOfRecordings, SaysWhereRecordingsGoOnThatItDoesNotHold) {
    const auto calling = make_clip(2, "-f lavfi -i sine=d=2:r=8000 -c:a pcm_alaw", "mkv");
    ASSERT_TRUE(calling);
    recordings.write(clip, 0, 50, 0);
    EXPECT_FALSE(behind_first_clip(*find(0, 10)));
    recordings.write(*calling, 0, calling->packets.size(), 2);
    recordings.write(clip, 0, 50, 4);
    const auto next = behind_first_clip(*find(0, 10));
    ASSERT_TRUE(next) << "what is nearest: the sound that MP4 has no place for";
    EXPECT_THAT(next->why, HasSubstr("Matroska"));
    EXPECT_THAT(text_of(next->from), HasSubstr("14:00:02"));
    EXPECT_FALSE(behind_first_clip(*find(4.5, 10)));
}

TEST_F(ClipOfRecordings, MatroskaIsNamedWithWhatToDo) {
    const auto calling = make_clip(2, "-f lavfi -i sine=d=2:r=8000 -c:a pcm_alaw", "mkv");
    ASSERT_TRUE(calling);
    ASSERT_FALSE(is_playable(recordings.write(*calling, 0, calling->packets.size(), 0).file));
    recordings.write(clip, 0, 50, 2);
    const auto found = find(0, 10);
    ASSERT_TRUE(found);
    ASSERT_EQ(found->others.size(), 1U);
    const auto first = first_clip(*found);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(first.error().message(), HasSubstr("Matroska"));
    EXPECT_THAT(first.error().message(), HasSubstr("14:00:02"));
    EXPECT_EQ(find(2.5, 10)->others.size(), 0U);
}

TEST_F(ClipOfRecordings, PicturesOfMatroskaArePlayedWithoutTheirSound) {
    const auto calling = make_clip(4, "-f lavfi -i sine=d=4:r=8000 -c:a pcm_alaw", "mkv");
    ASSERT_TRUE(calling);
    const auto keys = key_frames(*calling);
    const auto first = recordings.write(*calling, 0, keys[2], 0);
    recordings.write(*calling, keys[2], calling->packets.size(), 2);
    const auto found = find_recorded(recordings.files, recordings.index, recordings.camera,
                                     at_second(0), at_second(10), ClipUse::played);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_EQ(found->clips.size(), 1U) << "one head for both files";
    ASSERT_EQ(found->clips.front().parts.size(), 2U);
    EXPECT_TRUE(found->others.empty());
    EXPECT_EQ(found->clips.front().audio_codec, "");
    const SystemClock clock;
    auto head = picture_head_of(recordings.files, first, clock);
    ASSERT_TRUE(head) << head.error().message();
    EXPECT_EQ(head->codecs.substr(0, 5), "avc1.");
    std::string all{reinterpret_cast<const char*>(head->bytes.data()), head->bytes.size()};
    for (const ClipPart& part : found->clips.front().parts) {
        const auto row = recordings.index.find(part.segment).value();
        const auto pictures =
            pictures_of(recordings.files,
                        clip_of(row, part.first, part.fragments.size(), part.at).value(), clock);
        ASSERT_TRUE(pictures) << pictures.error().message();
        all.append(reinterpret_cast<const char*>(pictures->data()), pictures->size());
    }
    const TemporaryFolder folder;
    const auto played = read_clip(folder.write("all.mp4", all).string());
    ASSERT_TRUE(played) << played.error().message();
    ASSERT_EQ(played->packets.size(), 100U);
    for (std::size_t i = 1; i < played->packets.size(); ++i)
        EXPECT_NEAR(
            static_cast<double>((played->packets[i].at() - played->packets[i - 1].at()).count()),
            40e3, 1'100.0)
            << i;
}

TEST_F(ClipOfRecordings, PicturesThatAreMadeInMemoryComeInSmallPieces) {
    const auto calling = make_clip(3,
                                   "-f lavfi -i sine=d=3:r=8000 -c:a pcm_alaw -vf "
                                   "scale=640:480,noise=alls=80:allf=t -qp 0",
                                   "mkv");
    ASSERT_TRUE(calling);
    recordings.write(*calling, 0, calling->packets.size(), 0);
    const auto found = find_recorded(recordings.files, recordings.index, recordings.camera,
                                     at_second(0), at_second(10), ClipUse::played);
    ASSERT_TRUE(found);
    const auto& parts = found->clips.front().parts;
    ASSERT_EQ(parts.size(), 3U) << parts.front().bytes();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(parts[i].first, i);
        EXPECT_EQ(parts[i].at, std::chrono::seconds{i});
        EXPECT_EQ(parts[i].length, 1s);
        EXPECT_EQ(parts[i].from, at_second(static_cast<double>(i)));
    }
}

TEST_F(ClipOfRecordings, WrongSpansAndEmptyOnesSaySo) {
    write_three();
    EXPECT_EQ(find(5, 5).error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(find(0, 25 * 3600 + 1).error().code(), ErrorCode::invalid_argument);
    const auto empty = find(100, 200);
    EXPECT_EQ(empty.error().code(), ErrorCode::not_found);
    EXPECT_THAT(empty.error().message(), HasSubstr("from 2026-11-28T14:00:00.000Z"));
    recordings.camera = domain::CameraId{"none"};
    EXPECT_EQ(find(0, 10).error().code(), ErrorCode::not_found);
}

TEST_F(ClipOfRecordings, FilesThatGoOrChangeMeanwhileAreErrors) {
    write_three();
    const auto file = file_of(0, 10);
    const std::string second = file->clip().parts[1].file;
    std::vector<std::byte> all(file->size());
    ASSERT_TRUE(recordings.files.truncate(second, 2'000));
    EXPECT_EQ(file->read_at(0, all).error().code(), ErrorCode::data_loss);
    ASSERT_TRUE(recordings.files.remove(second));
    EXPECT_EQ(file->read_at(0, all).error().code(), ErrorCode::not_found);
    const auto first = std::span{all}.first(500);
    EXPECT_TRUE(file->read_at(0, first));
}

TEST_F(ClipOfRecordings, APieceOfASegmentBeginsWhereItIsTold) {
    const auto row = recordings.write(clip, 0, 150, 0);
    const auto piece = clip_of(row, 2, 3, 1'234ms);
    ASSERT_TRUE(piece) << piece.error().message();
    EXPECT_EQ(piece->from(), at_second(2));
    const auto head = head_of(recordings.files, row);
    const auto file = ClipFile::open(recordings.files, *piece, ClipFile::Form::fragments);
    ASSERT_TRUE(head && file);
    EXPECT_EQ(head->codecs, (*file)->codecs());
    EXPECT_EQ((*file)->size(), piece->parts.front().bytes());
    EXPECT_FALSE(clip_of(row, 0, 0, {}));
    EXPECT_FALSE(clip_of(row, 6, 1, {}));
    EXPECT_FALSE(clip_of(row, 1, 6, {}));
}

} // namespace
} // namespace vedette::recording
