#include "app/commands/eval_plates/gallery.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "app/evaluation_text.h"
#include "vedette/base/utf8.h"
#include "vedette/crypto/base64.h"
#include "vedette/vision/align_signs.h"

namespace vedette::app {
namespace {

using vision::AlignedSigns;
using Kind = PlateFailure::Kind;

constexpr std::size_t kRegionsShown = 3;

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --line: #c8ccd2; --soft: #f2f3f5; --bad: #b3261e; --badly: #fbe3e1; }
@media (prefers-color-scheme: dark) {
  :root { --line: #454a52; --soft: #23262b; --bad: #ffb4ab; --badly: #5c1a16; }
}
* { box-sizing: border-box; }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 80rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .3rem; }
p { margin: .3rem 0; }
nav a { margin-right: 1rem; }
.grid { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); }
figure { margin: 0; padding: .6rem; border: 1px solid var(--line); border-radius: 6px; }
figure img { display: block; width: 100%; height: 8rem; object-fit: contain; background: var(--soft); }
figcaption { font-size: .85rem; margin-top: .4rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0 .2rem; }
th { font: .75rem system-ui, sans-serif; text-align: left; padding-right: .5rem; white-space: nowrap; }
td { font: 1.05rem ui-monospace, monospace; text-align: center; min-width: 1.5rem; padding: 0 .15rem; }
tr:last-child td { font-size: .7rem; }
td.wrong { color: var(--bad); background: var(--badly); font-weight: bold; }
.text { font: 1.05rem ui-monospace, monospace; }
@media print {
  :root { color-scheme: light; --line: #999; --soft: #fff; --bad: #900; --badly: #fff; }
  nav { display: none; }
  figure { break-inside: avoid; }
  td.wrong { text-decoration: underline; }
}
)";

std::string percent(double share) { return std::to_string(std::lround(share * 100)) + " %"; }

struct Words {
    std::string_view id, title, what;
};

Words words_of(Kind kind) {
    switch (kind) {
    case Kind::misread:
        return {
            "misread", "Misread",
            "Plates with a read, none of which is the label after resolving; the surest first."};
    case Kind::not_found:
        return {"not-found", "Not found",
                "Plates without a read; the largest first. What is around them is shown."};
    case Kind::false_read: break;
    }
    return {"false-reads", "False reads",
            "Confident reads where no plate is labelled; the surest "
            "first."};
}

/// One line of the table of signs; `cell` gives what stands there and whether it is wrong.
template <class Cell>
std::string row(std::string_view head, const std::vector<AlignedSigns>& places, const Cell& cell) {
    std::string out = "<tr><th scope=\"row\">" + std::string{head} + "</th>";
    for (const AlignedSigns& place : places) {
        const auto& [text, wrong] = cell(place);
        out += std::string{wrong ? "<td class=\"wrong\">" : "<td>"} + html_text(text) + "</td>";
    }
    return out + "</tr>";
}

/// Label above read above the confidence of each sign; what differs is marked.
std::string signs_table(const PlateFailure& failure) {
    const std::u32string truth = decode_utf8(failure.truth);
    const std::u32string read = decode_utf8(failure.observed);
    const auto places = vision::align_signs(truth.empty() ? read : truth, read);
    const auto wrong = [&](const AlignedSigns& place) {
        return !truth.empty() &&
               (place.a == AlignedSigns::kNone || place.b == AlignedSigns::kNone ||
                truth[place.a] != read[place.b]);
    };
    const auto sign = [](const std::u32string& of, std::size_t at) {
        return at == AlignedSigns::kNone ? std::string{"–"} : encode_utf8({&of[at], 1});
    };
    std::string out = "<div class=\"scroll\"><table>";
    if (!truth.empty())
        out += row("label", places, [&](const AlignedSigns& place) {
            return std::pair{sign(truth, place.a), wrong(place)};
        });
    out += row("read", places, [&](const AlignedSigns& place) {
        return std::pair{sign(read, place.b), wrong(place)};
    });
    if (failure.sign_confidence.size() == read.size())
        out += row("sure, %", places, [&](const AlignedSigns& place) {
            const bool none = place.b == AlignedSigns::kNone;
            const double sure = none ? 0 : static_cast<double>(failure.sign_confidence[place.b]);
            return std::pair{none ? "" : std::to_string(std::lround(sure * 100)), false};
        });
    return out + "</table></div>";
}

std::string regions_of(const PlateFailure& failure) {
    std::string out;
    for (std::size_t i = 0; i < std::min(failure.regions.size(), kRegionsShown); ++i)
        out += (out.empty() ? "" : ", ") + html_text(failure.regions[i].region) + " " +
               percent(static_cast<double>(failure.regions[i].score));
    return out;
}

std::string caption(const PlateFailure& failure) {
    std::string out;
    if (failure.observed.empty()) {
        out += failure.truth.empty()
                   ? ""
                   : "<p>label <span class=\"text\">" + html_text(failure.truth) + "</span></p>";
    } else {
        out += signs_table(failure);
        out += "<p>read " + percent(failure.confidence) + " · resolved <span class=\"text\">" +
               html_text(failure.resolved) + "</span> " + percent(failure.resolved_confidence);
        if (const std::string regions = regions_of(failure); !regions.empty())
            out += " · " + regions;
        out += "</p>";
    }
    out += "<p>" + html_text(failure.picture);
    if (!failure.note.empty())
        out += " · " + html_text(failure.note);
    return out + "</p>";
}

std::string figure(const PlateFailure& failure) {
    const std::string_view bytes{reinterpret_cast<const char*>(failure.jpeg.data()),
                                 failure.jpeg.size()};
    const std::string what =
        failure.observed.empty() ? "plate " + failure.truth : "plate read as " + failure.observed;
    return "<figure><img alt=\"" + html_text(what) + "\" width=\"" +
           std::to_string(failure.width_px) + "\" height=\"" + std::to_string(failure.height_px) +
           "\" src=\"data:image/jpeg;base64," + crypto::base64(bytes) + "\"><figcaption>" +
           caption(failure) + "</figcaption></figure>\n";
}

std::string summary(const EvaluationReport& report) {
    const vision::PlateScore& score = report.evaluation.score;
    std::string out = "<p>" + std::to_string(score.pictures) + " pictures";
    for (const std::string& model : report.models)
        out += " · " + html_text(model);
    out += "</p>\n<p>";
    if (score.resolved.exact.total > 0)
        out += std::to_string(score.resolved.exact.hits) + " of " +
               std::to_string(score.resolved.exact.total) + " texts right after resolving, " +
               std::to_string(score.observed.exact.hits) + " as observed. ";
    return out + "False reads are those with a confidence of " +
           percent(report.options.false_read_gate) + " or more.</p>\n";
}

} // namespace

bool FailureGallery::wants(Kind kind, double badness) {
    Shelf& of = shelf(kind);
    ++of.seen;
    return of.worst.size() < most_ || (most_ > 0 && of.worst.back().badness < badness);
}

void FailureGallery::add(PlateFailure failure) {
    std::vector<PlateFailure>& worst = shelf(failure.kind).worst;
    const auto where = std::upper_bound(
        worst.begin(), worst.end(), failure.badness,
        [](double badness, const PlateFailure& other) { return badness > other.badness; });
    worst.insert(where, std::move(failure));
    if (worst.size() > most_)
        worst.pop_back();
}

std::string FailureGallery::page(const EvaluationReport& report) const {
    std::string out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "img-src data:; style-src 'unsafe-inline'\">\n<title>Failures in " +
                      html_text(report.folder) + "</title>\n<style>";
    out += kStyle;
    out += "</style></head><body>\n<header><h1>Failures in " + html_text(report.folder) +
           "</h1>\n" + summary(report) + "<nav aria-label=\"Kinds of failures\">";
    for (const Kind kind : PlateFailure::kKinds)
        out += "<a href=\"#" + std::string{words_of(kind).id} + "\">" +
               std::string{words_of(kind).title} + " (" + std::to_string(shelf(kind).seen) +
               ")</a>";
    out += "</nav></header>\n<main>\n";
    for (const Kind kind : PlateFailure::kKinds) {
        const Shelf& of = shelf(kind);
        const Words words = words_of(kind);
        out += "<section id=\"" + std::string{words.id} + "\"><h2>" + std::string{words.title} +
               " (" + std::to_string(of.seen) + ")</h2>\n<p>" +
               (of.seen == 0 ? "None." : std::string{words.what});
        if (of.seen > of.worst.size())
            out += " " + std::to_string(of.seen - of.worst.size()) + " more are left out.";
        out += "</p>\n<div class=\"grid\">\n";
        for (const PlateFailure& failure : of.worst)
            out += figure(failure);
        out += "</div></section>\n";
    }
    return out + "</main></body></html>\n";
}

} // namespace vedette::app
