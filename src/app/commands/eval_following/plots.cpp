#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <functional>
#include <iomanip>
#include <sstream>
#include <string>

#include "app/commands/eval_following/report.h"

namespace vedette::app {
namespace {

using analysis::FollowingEvalResult;
using analysis::FollowingMethod;
using analysis::kFollowingMethods;

constexpr double kSide = 360;  ///< pixels, of the square that is drawn in
constexpr double kMargin = 60; ///< pixels around it
constexpr std::array<const char*, kFollowingMethods> kColours{"#0b6e4f", "#b35c00", "#5b4b8a",
                                                              "#8a8a8a"};

/// A square from 0 to 1 each way, with a grid, names and whatever is put into it.
class Square {
public:
    Square(const std::string& title, const std::string& x, const std::string& y) {
        const double all = kSide + 2 * kMargin;
        svg_ << std::fixed << std::setprecision(1)
             << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << all << "\" height=\"" << all
             << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
             << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
        text(0.5, 1.08, title, "middle");
        text(0.5, -0.12, x, "middle");
        text(-0.12, 1.03, y, "start");
        for (int i = 0; i <= 5; ++i) {
            const double at = i / 5.0;
            line(at, 0, at, 1, "#dddddd", 1);
            line(0, at, 1, at, "#dddddd", 1);
        }
    }
    void ticks(const std::function<std::string(double)>& x,
               const std::function<std::string(double)>& y) {
        for (int i = 0; i <= 5; ++i) {
            text(i / 5.0, -0.05, x(i / 5.0), "middle");
            text(-0.02, i / 5.0 - 0.01, y(i / 5.0), "end");
        }
    }
    void line(double x1, double y1, double x2, double y2, const char* colour, double width) {
        svg_ << "<line x1=\"" << px(x1) << "\" y1=\"" << py(y1) << "\" x2=\"" << px(x2)
             << "\" y2=\"" << py(y2) << "\" stroke=\"" << colour << "\" stroke-width=\"" << width
             << "\"/>\n";
    }
    void curve(const std::vector<std::pair<double, double>>& points, const char* colour) {
        svg_ << "<polyline fill=\"none\" stroke=\"" << colour << "\" stroke-width=\"2\" points=\"";
        for (const auto& [x, y] : points)
            svg_ << px(x) << ',' << py(y) << ' ';
        svg_ << "\"/>\n";
    }
    void dot(double x, double y, double radius, const char* colour) {
        svg_ << "<circle cx=\"" << px(x) << "\" cy=\"" << py(y) << "\" r=\"" << radius
             << "\" fill=\"" << colour << "\" fill-opacity=\"0.7\"/>\n";
    }
    void text(double x, double y, const std::string& words, const char* anchor,
              const char* colour = "#222222") {
        svg_ << "<text x=\"" << px(x) << "\" y=\"" << py(y) << "\" text-anchor=\"" << anchor
             << "\" fill=\"" << colour << "\">";
        for (const char sign : words)
            switch (sign) {
            case '<': svg_ << "&lt;"; break;
            case '&': svg_ << "&amp;"; break;
            default: svg_ << sign;
            }
        svg_ << "</text>\n";
    }
    [[nodiscard]] std::string finish() { return svg_.str() + "</svg>\n"; }

private:
    static double px(double x) { return kMargin + x * kSide; }
    static double py(double y) { return kMargin + (1 - y) * kSide; }
    std::ostringstream svg_;
};

std::string share(double value) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << value;
    return text.str();
}

std::string precision_plot(const FollowingEvalResult& result) {
    Square plot{result.name + ": all followers, all subjects", "recall", "precision"};
    plot.ticks(share, share);
    std::vector<std::pair<double, double>> points;
    for (const auto& point : result.curve)
        points.emplace_back(point.recall, point.precision);
    plot.curve(points, kColours[0]);
    return plot.finish();
}

std::string reliability_plot(const FollowingEvalResult& result) {
    Square plot{result.name + ": is a probability what it says?", "probability said",
                "share of true followers"};
    plot.ticks(share, share);
    plot.line(0, 0, 1, 1, "#888888", 1);
    for (const auto& bin : result.reliability)
        plot.dot(bin.probability, bin.share, 3 + 1.5 * std::log10(static_cast<double>(bin.pairs)),
                 kColours[0]);
    return plot.finish();
}

/// Share of followers with at most so many innocents above them, for each method; the axis is
/// log10(1 + innocents).
std::string ranks_plot(const FollowingEvalResult& result) {
    constexpr double kMost = 4; // 10 000 innocents
    Square plot{result.name + ": innocents above a follower", "innocents above (logarithmic)",
                "share of followers"};
    plot.ticks([](double x) { return std::to_string(std::lround(std::pow(10.0, x * kMost) - 1)); },
               share);
    for (std::size_t method = 0; method < kFollowingMethods; ++method) {
        std::vector<double> above;
        for (const auto& rank : result.ranks)
            above.push_back(std::min(1.0, std::log10(1 + rank.innocents_above[method]) / kMost));
        std::sort(above.begin(), above.end());
        std::vector<std::pair<double, double>> points;
        for (std::size_t i = 0; i < above.size(); ++i) {
            points.emplace_back(above[i],
                                static_cast<double>(i) / static_cast<double>(above.size()));
            points.emplace_back(above[i],
                                static_cast<double>(i + 1) / static_cast<double>(above.size()));
        }
        if (!points.empty())
            points.emplace_back(1, 1);
        plot.curve(points, kColours[method]);
        plot.text(0.55, 0.3 - 0.06 * static_cast<double>(method),
                  std::string{analysis::to_string(static_cast<FollowingMethod>(method + 1))},
                  "start", kColours[method]);
    }
    return plot.finish();
}

Status write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out << text;
    out.flush();
    if (!out)
        return Error{ErrorCode::unavailable, file.string() + " cannot be written"};
    return {};
}

} // namespace

Status write_plots(const std::vector<FollowingEvalResult>& results,
                   const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return Error{ErrorCode::unavailable, folder.string() + ": " + error.message()};
    for (const FollowingEvalResult& result : results) {
        const std::string name = result.name.empty() ? "data" : result.name;
        VEDETTE_CHECK_OK(write_file(folder / (name + "-precision.svg"), precision_plot(result)));
        VEDETTE_CHECK_OK(
            write_file(folder / (name + "-reliability.svg"), reliability_plot(result)));
        VEDETTE_CHECK_OK(write_file(folder / (name + "-ranks.svg"), ranks_plot(result)));
    }
    return {};
}

} // namespace vedette::app
