#include "app/commands/eval_objects/gallery.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string_view>

#include "app/evaluation_text.h"
#include "vedette/base/files.h"
#include "vedette/crypto/base64.h"
#include "vedette/imaging/jpeg.h"
#include "vedette/imaging/transform.h"
#include "vedette/media/picture.h"

namespace vedette::app {
namespace {

using vision::Verdict;

constexpr int kJpegQuality = 82;

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Misses and false alarms</title>
<style>
:root { font: 15px/1.45 system-ui, sans-serif; --right: #1a9850; --wrong: #d73027; --missed: #f59e0b; --other: #6b7280; }
body { margin: 0 auto; max-width: 1400px; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; }
.soft { opacity: .75; margin: .2rem 0; }
.key span { display: inline-block; margin-right: 1.2rem; padding-left: .5rem; border-left: .4rem solid; }
.all { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); margin-top: 1rem; }
figure { margin: 0; }
svg { width: 100%; height: auto; display: block; background: #8883; }
figcaption { overflow-wrap: anywhere; padding: .3rem 0; }
rect { fill: none; stroke-width: 2.5px; vector-effect: non-scaling-stroke; }
text { font-weight: 600; paint-order: stroke; stroke: #000; stroke-width: .25em; stroke-linejoin: round; }
.right { color: var(--right); } .wrong { color: var(--wrong); } .missed { color: var(--missed); } .other { color: var(--other); }
rect { stroke: currentColor; } text { fill: #fff; }
rect.missed { stroke-dasharray: 8 5; } rect.other { stroke-dasharray: 2 4; }
</style>
</head>
<body>
)";

/// A picture with mistakes.
struct Card {
    std::size_t index = 0; ///< in the evaluation
    double badness = 0;
    vision::PictureVerdicts verdicts;
};

std::vector<Card> worst_first(const ObjectReport& report) {
    std::vector<Card> cards;
    for (std::size_t i = 0; i < report.evaluation.pictures.size(); ++i) {
        const vision::JudgedPicture& picture = report.evaluation.pictures[i];
        Card card{i, 0, vision::judge_picture(picture, report.judged, report.options)};
        for (std::size_t k = 0; k < picture.found.size(); ++k)
            card.badness += card.verdicts.found[k] == Verdict::wrong ? picture.found[k].score : 0;
        for (const double chance : card.verdicts.missed_chances)
            card.badness += 1 - chance;
        if (card.badness > 0)
            cards.push_back(std::move(card));
    }
    std::stable_sort(cards.begin(), cards.end(),
                     [](const Card& a, const Card& b) { return a.badness > b.badness; });
    return cards;
}

std::string data_of(const imaging::Image& picture, int side_px) {
    const int longer = std::max(picture.width_px(), picture.height_px());
    imaging::Image smaller;
    if (longer > side_px) {
        const auto scaled = [&](int px) { return std::max(1, px * side_px / longer); };
        imaging::resize_into(picture.view(), {}, imaging::PixelFormat::bgr24,
                             scaled(picture.width_px()), scaled(picture.height_px()),
                             imaging::Fit::stretch, 0, smaller);
    }
    const auto jpeg =
        imaging::encode_jpeg(longer > side_px ? smaller.view() : picture.view(), kJpegQuality);
    if (!jpeg)
        return {};
    return crypto::base64({reinterpret_cast<const char*>(jpeg->data()), jpeg->size()});
}

/// Draws boxes over a picture, in its pixels.
class Overlay {
public:
    explicit Overlay(const imaging::Image& picture)
        : letter_px_{std::max(picture.width_px(), picture.height_px()) / kLettersPerSide} {}

    void box(const vision::PixelBox& box, std::string_view kind, const std::string& text) {
        out_ << "<rect class=\"" << kind << "\" x=\"" << box.left << "\" y=\"" << box.top
             << "\" width=\"" << box.width << "\" height=\"" << box.height << "\"/>";
        if (!text.empty())
            out_ << "<text x=\"" << box.left << "\" y=\""
                 << std::max(box.top - letter_px_ * kGap, letter_px_) << "\" font-size=\""
                 << letter_px_ << "\">" << html_text(text) << "</text>";
    }
    [[nodiscard]] std::string text() const { return out_.str(); }

private:
    static constexpr double kLettersPerSide = 34;
    static constexpr double kGap = 0.25; ///< of a letter, between a box and its text
    double letter_px_;
    std::ostringstream out_;
};

std::string overlay_of(const ObjectReport& report, const Card& card,
                       const imaging::Image& picture) {
    const vision::JudgedPicture& judged = report.evaluation.pictures[card.index];
    Overlay overlay{picture};
    const bool several = report.judged.size() > 1; // else every text would be the same
    for (const vision::LabelledBox& one : judged.truth)
        if (one.ignored)
            overlay.box(one.box, "other", "");
    for (std::size_t i = 0; i < judged.found.size(); ++i) {
        const vision::FoundBox& one = judged.found[i];
        const std::string text =
            several ? one.label + " " + fixed(one.score, 2) : fixed(one.score, 2);
        if (card.verdicts.found[i] == Verdict::right)
            overlay.box(one.box, "right", text);
        else if (card.verdicts.found[i] == Verdict::wrong)
            overlay.box(one.box, "wrong", text);
        else if (one.score >= report.options.operating_score)
            overlay.box(one.box, "other", "");
    }
    for (const vision::LabelledBox& one : card.verdicts.missed)
        overlay.box(one.box, "missed", several ? one.label : "");
    return overlay.text();
}

/// \return nothing if the picture can't be shown.
std::string figure_of(const ObjectReport& report, const Card& card, int side_px) {
    const std::filesystem::path& file = report.evaluation.files[card.index];
    const auto picture = media::load_picture(file);
    if (!picture)
        return {};
    const std::string jpeg = data_of(*picture, side_px);
    if (jpeg.empty())
        return {};
    const auto wrong =
        std::count(card.verdicts.found.begin(), card.verdicts.found.end(), Verdict::wrong);
    std::ostringstream out;
    out << "<figure><svg role=\"img\" viewBox=\"0 0 " << picture->width_px() << ' '
        << picture->height_px() << "\"><title>" << html_text(file.filename().string())
        << "</title><image width=\"" << picture->width_px() << "\" height=\""
        << picture->height_px() << "\" href=\"data:image/jpeg;base64," << jpeg << "\"/>"
        << overlay_of(report, card, *picture) << "</svg><figcaption>"
        << html_text(file.filename().string()) << ": " << card.verdicts.missed.size() << " missed, "
        << wrong << " false</figcaption></figure>\n";
    return out.str();
}

std::string heading_of(const ObjectReport& report, std::size_t cards) {
    std::ostringstream out;
    out << "<h1>" << html_text(report.folder) << "</h1>\n<p class=\"soft\">"
        << html_text(report.model);
    if (!report.teacher.empty())
        out << ", against what " << html_text(report.teacher) << " says";
    out << " · score " << fixed(report.options.operating_score, 2) << " · overlap "
        << fixed(report.options.least_iou, 2) << " · " << cards << " of "
        << report.evaluation.files.size() << " pictures have mistakes, the worst first</p>\n"
        << "<p class=\"key\"><span class=\"right\">right</span><span class=\"wrong\">false</span>"
           "<span class=\"missed\">missed</span><span class=\"other\">not judged</span></p>\n"
           "<main class=\"all\">\n";
    return out.str();
}

} // namespace

Result<GallerySummary> write_gallery(const ObjectReport& report, const std::filesystem::path& page,
                                     const GalleryOptions& options) {
    const std::vector<Card> cards = worst_first(report);
    std::ofstream out{page, std::ios::binary};
    const std::string heading = heading_of(report, cards.size());
    out << kHead << heading;
    std::size_t bytes = kHead.size() + heading.size();
    GallerySummary summary;
    for (const Card& card : cards) {
        const std::string figure = figure_of(report, card, options.side_px);
        if (figure.empty() || bytes + figure.size() > options.most_bytes) {
            ++summary.left_out;
            continue;
        }
        out << figure;
        bytes += figure.size();
        ++summary.shown;
    }
    out << "</main>\n";
    if (summary.left_out > 0)
        out << "<p class=\"soft\">" << summary.left_out << " more are left out.</p>\n";
    out << "</body>\n</html>\n";
    out.flush();
    if (!out)
        return file_error(errno, "write " + page.string());
    return summary;
}

} // namespace vedette::app
