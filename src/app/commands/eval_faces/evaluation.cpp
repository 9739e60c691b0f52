#include "app/commands/eval_faces/evaluation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <system_error>

#include "app/plate_answers.h"
#include "vedette/imaging/image.h"
#include "vedette/media/picture.h"

namespace vedette::app {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// Of the longer side. Chosen with faces/orl and faces/lfw100-gray, so figures on these flatter.
constexpr std::array<double, 4> kMargins{0, 0.25, 0.5, 1};
/// Pictures are shown to the detector no larger than this; its input is smaller or the same.
constexpr int kShownPx = 640;

double ms_since(std::chrono::steady_clock::time_point start) {
    return Milliseconds{std::chrono::steady_clock::now() - start}.count();
}

/// A picture on black, and where it lies there.
struct Framed {
    imaging::Image canvas;
    double scale = 1; ///< of the picture on the canvas
    int margin_px = 0;
};

Framed framed(const imaging::Image& picture, double margin) {
    const int longer = std::max(picture.width_px(), picture.height_px());
    Framed out;
    out.scale = std::min(1.0, static_cast<double>(kShownPx) / longer);
    const auto scaled = [&out](int px) {
        return std::max(1, static_cast<int>(static_cast<double>(px) * out.scale));
    };
    imaging::Image small;
    imaging::resize_into(picture.view(), {}, imaging::PixelFormat::bgr24,
                         scaled(picture.width_px()), scaled(picture.height_px()),
                         imaging::Fit::stretch, 0, small);
    out.margin_px = static_cast<int>(margin * scaled(longer));
    out.canvas = imaging::Image{imaging::PixelFormat::bgr24, small.width_px() + 2 * out.margin_px,
                                small.height_px() + 2 * out.margin_px};
    for (int y = 0; y < small.height_px(); ++y)
        std::copy_n(small.row(y), small.stride_bytes(),
                    out.canvas.row(y + out.margin_px) + std::ptrdiff_t{3} * out.margin_px);
    return out;
}

struct FaceInPicture {
    float score = 0;
    vision::FacePoints points{}; ///< in pixels of the picture
};

/// The most certain face, looked for with one margin.
Result<std::optional<FaceInPicture>> look(vision::Detector& detector, const imaging::Image& picture,
                                          double margin) {
    const Framed shown = framed(picture, margin);
    const imaging::ImageView view = shown.canvas.view();
    VEDETTE_TRY(const auto found, detector.detect({&view, 1}));
    if (found.front().empty())
        return std::optional<FaceInPicture>{};
    const domain::Detection& best = found.front().front();
    VEDETTE_TRY(vision::FacePoints points,
                vision::face_points(best, view.width_px, view.height_px));
    for (imaging::PixelPoint& point : points) {
        const auto back = [&shown](float px) {
            return static_cast<float>((static_cast<double>(px) - shown.margin_px) / shown.scale);
        };
        point = {back(point.x), back(point.y)};
    }
    return std::optional{FaceInPicture{best.score, points}};
}

Result<std::optional<FaceInPicture>> find_face(vision::Detector& detector,
                                               const imaging::Image& picture) {
    std::optional<FaceInPicture> best;
    for (const double margin : kMargins) {
        VEDETTE_TRY(const std::optional<FaceInPicture> face, look(detector, picture, margin));
        if (face && (!best || face->score > best->score))
            best = face;
    }
    return best;
}

/// Goes through the pictures of persons.
class Embedding {
public:
    Embedding(const FaceEvaluators& with, const Environment& environment)
        : with_{with}, environment_{environment} {}

    Status add(std::size_t person, const std::filesystem::path& file) {
        if (environment_.stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped before every picture was looked at"};
        const auto picture = media::load_picture(file);
        vision::FaceSample sample{person, {}};
        if (!picture) {
            result.unreadable.push_back(picture.error().message());
        } else {
            auto embedding = embed(*picture);
            if (!embedding)
                return std::move(embedding).error().with_context(file.string());
            sample.embedding = *std::move(embedding);
            if (sample.embedding.empty())
                result.without_face.push_back(file.string());
        }
        result.samples.push_back(std::move(sample));
        return {};
    }

    PersonsEvaluation result;

private:
    /// \return nothing if there is no face
    Result<std::vector<float>> embed(const imaging::Image& picture) {
        if (with_.detector == nullptr)
            return embed_aligned(picture, std::chrono::steady_clock::now());
        auto start = std::chrono::steady_clock::now();
        VEDETTE_TRY(const std::optional<FaceInPicture> face, find_face(*with_.detector, picture));
        result.find_ms.push_back(ms_since(start));
        if (!face)
            return std::vector<float>{};
        start = std::chrono::steady_clock::now();
        const auto aligned = vision::align_face(picture.view(), face->points);
        if (!aligned)
            return std::vector<float>{}; // five points, but no face
        return embed_aligned(*aligned, start);
    }

    Result<std::vector<float>> embed_aligned(const imaging::Image& face,
                                             std::chrono::steady_clock::time_point start) {
        const imaging::ImageView view = face.view();
        VEDETTE_TRY(auto embeddings, with_.embedder.embed({&view, 1}));
        result.embed_ms.push_back(ms_since(start));
        return std::move(embeddings.front());
    }

    const FaceEvaluators& with_;
    const Environment& environment_;
};

Result<std::vector<std::filesystem::path>> sorted_entries(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        out.push_back(entry.path());
    if (error)
        return Error{ErrorCode::not_found,
                     "cannot list " + folder.string() + ": " + error.message()};
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace

Result<std::vector<PersonPictures>> load_persons(const std::filesystem::path& folder) {
    VEDETTE_TRY(const auto entries, sorted_entries(folder));
    std::vector<PersonPictures> persons;
    for (const std::filesystem::path& entry : entries) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(entry, ignored))
            continue;
        VEDETTE_TRY(auto files, sorted_entries(entry));
        std::erase_if(files, [](const auto& file) { return !media::looks_like_picture(file); });
        if (!files.empty())
            persons.push_back({entry.filename().string(), std::move(files)});
    }
    if (persons.empty())
        return Error{ErrorCode::not_found,
                     folder.string() + ": no labels.tsv, and no folders of persons with pictures"};
    return persons;
}

Result<PersonsEvaluation> embed_persons(const std::vector<PersonPictures>& persons,
                                        const FaceEvaluators& with,
                                        const Environment& environment) {
    Embedding embedding{with, environment};
    for (std::size_t person = 0; person < persons.size(); ++person)
        for (const std::filesystem::path& file : persons[person].files)
            VEDETTE_CHECK_OK(embedding.add(person, file));
    return std::move(embedding.result);
}

Result<CountedEvaluation> count_faces(const std::vector<vision::CountedFaces>& pictures,
                                      vision::Detector& detector, const Environment& environment) {
    CountedEvaluation out;
    for (const vision::CountedFaces& truth : pictures) {
        if (environment.stop.stop_requested())
            return Error{ErrorCode::cancelled, "stopped before every picture was looked at"};
        ++out.pictures;
        const auto picture = media::load_picture(truth.file);
        if (!picture) {
            out.unreadable.push_back(picture.error().message());
            out.tally.add(truth, {});
            continue;
        }
        const imaging::ImageView view = picture->view();
        const auto start = std::chrono::steady_clock::now();
        auto found = detector.detect({&view, 1});
        if (!found)
            return std::move(found).error().with_context(truth.file.string());
        out.milliseconds.push_back(ms_since(start));
        std::vector<vision::FoundFace> faces;
        for (const domain::Detection& face : found->front())
            faces.push_back({pixel_box(face.box, view), static_cast<double>(face.score)});
        out.tally.add(truth, std::move(faces));
    }
    return out;
}

} // namespace vedette::app
