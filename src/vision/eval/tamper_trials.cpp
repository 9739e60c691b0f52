#include "vedette/vision/eval/tamper_trials.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <utility>

namespace vedette::vision {
namespace {

using std::chrono::seconds;

/// Of trials that can last as long as one likes.
constexpr seconds kGoesOn{300};
constexpr int kWidth = 640;
constexpr int kHeight = 360;
/// Of each picture, that the camera looks at; it can be turned to the rest.
constexpr double kView = 0.7;

cv::Mat pixels_of(imaging::Image& image) {
    return {image.height_px(), image.width_px(), CV_8U, image.row(0)};
}

// ---- what a lens and a sensor do ----

void add_noise(cv::Mat& picture, double deviation, unsigned number) {
    cv::RNG random{number * 7919ULL + 17};
    cv::Mat noise{picture.size(), CV_16S};
    random.fill(noise, cv::RNG::NORMAL, 0, deviation);
    cv::add(picture, noise, picture, cv::noArray(), CV_8U);
}

void set_light(cv::Mat& picture, double gain, double offset) {
    picture.convertTo(picture, CV_8U, gain, offset);
}

/// \param share  of the width, standard deviation
void defocus(cv::Mat& picture, double share) {
    cv::GaussianBlur(picture, picture, {}, std::max(0.05, share * picture.cols));
}

/// The camera points elsewhere: by shares of its view, degrees, times.
struct Aim {
    double x = 0;
    double y = 0;
    double degrees = 0;
    double zoom = 1;
};

/// Which part of a whole picture the camera sees.
void view_into(const cv::Mat& whole, const Aim& aim, cv::Mat& view) {
    const double scale = kView * whole.cols / kWidth / aim.zoom;
    const double angle = aim.degrees * CV_PI / 180;
    const double down = kView * whole.rows / kHeight / aim.zoom;
    const double cosine = std::cos(angle);
    const double sine = std::sin(angle);
    const double centre_x = whole.cols / 2.0 + aim.x * kView * whole.cols;
    const double centre_y = whole.rows / 2.0 + aim.y * kView * whole.rows;
    const cv::Matx23d back{scale * cosine,
                           -scale * sine,
                           centre_x - scale * cosine * kWidth / 2 + scale * sine * kHeight / 2,
                           down * sine,
                           down * cosine,
                           centre_y - down * sine * kWidth / 2 - down * cosine * kHeight / 2};
    cv::warpAffine(whole, view, back, {kWidth, kHeight}, cv::INTER_AREA | cv::WARP_INVERSE_MAP,
                   cv::BORDER_REFLECT_101);
}

// ---- what happens before it ----

/// Smooth values of about -1 … 1.
cv::Mat smooth_field(cv::Size size, int detail, unsigned seed) {
    cv::RNG random{seed};
    cv::Mat small(detail * size.height / size.width + 2, detail, CV_32F);
    random.fill(small, cv::RNG::UNIFORM, -1, 1);
    cv::Mat field;
    cv::resize(small, field, size, 0, 0, cv::INTER_CUBIC);
    return field;
}

void spray(cv::Mat& picture, double covered, unsigned seed) {
    const cv::Mat field = smooth_field(picture.size(), 12, seed);
    cv::Mat mask{cv::Mat{(field + 1) / 2} < covered * 1.3};
    cv::Mat alpha;
    cv::GaussianBlur(mask, alpha, {}, 0.02 * picture.cols);
    cv::Mat paint{picture.size(), CV_8U, cv::Scalar{60}};
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols; ++x) {
            auto& pixel = picture.at<std::uint8_t>(y, x);
            const int share = alpha.at<std::uint8_t>(y, x);
            pixel = static_cast<std::uint8_t>((pixel * (255 - share) + 60 * share) / 255);
        }
}

/// Smooth shading of something close before the lens.
void cover(cv::Mat& picture, double level, double shading, unsigned seed) {
    cv::Mat shade = smooth_field(picture.size(), 3, seed) * shading + level;
    shade.convertTo(picture, CV_8U);
}

void rain(cv::Mat& picture, unsigned number) {
    cv::RNG random{number * 104729ULL + 3};
    set_light(picture, 0.8, 25);
    for (int i = 0; i < 350; ++i) {
        const cv::Point top{random.uniform(0, picture.cols), random.uniform(-20, picture.rows)};
        const int length = random.uniform(8, 30);
        cv::line(picture, top, top + cv::Point{length / 5, length},
                 cv::Scalar{random.uniform(140.0, 230.0)}, random.uniform(1, 3));
    }
    add_noise(picture, 4, number);
}

/// Light that comes and goes, everywhere and in parts of the picture.
void clouds(cv::Mat& picture, double second) {
    const cv::Mat field = smooth_field({2 * picture.cols, picture.rows}, 8, 31);
    const int left = cvRound(std::fmod(second * 7, picture.cols - 1.0));
    cv::Mat light = field(cv::Rect{{left, 0}, picture.size()}) * 0.35;
    light += 0.8 + 0.25 * std::sin(second / 37);
    cv::Mat values;
    picture.convertTo(values, CV_32F);
    values = values.mul(light);
    values.convertTo(picture, CV_8U);
}

/// A side of a lorry with a seam, a stripe and dirt, from `left` on.
void lorry(cv::Mat& picture, double left, double width, unsigned seed) {
    const cv::Rect side{cvRound(left * picture.cols), cvRound(0.06 * picture.rows),
                        cvRound(width * picture.cols), cvRound(0.94 * picture.rows)};
    const cv::Rect seen = side & cv::Rect{{}, picture.size()};
    if (seen.empty())
        return;
    cv::Mat paint{side.size(), CV_8U, cv::Scalar{190}};
    cv::Mat dirt = smooth_field(side.size(), 40, seed) * 12;
    cv::add(paint, dirt, paint, cv::noArray(), CV_8U);
    for (int seam = 1; seam < 6; ++seam)
        cv::line(paint, {seam * side.width / 6, 0}, {seam * side.width / 6, side.height},
                 cv::Scalar{120}, 2);
    cv::rectangle(paint, {0, side.height / 2, side.width, side.height / 8}, cv::Scalar{60}, -1);
    cv::rectangle(paint, {0, 0, side.width - 1, side.height - 1}, cv::Scalar{30}, 6);
    paint(seen - side.tl()).copyTo(picture(seen));
}

void headlights(cv::Mat& picture, double second, unsigned number) {
    set_light(picture, 0.22, 2);
    cv::Mat glare = cv::Mat::zeros(picture.size(), CV_8U);
    const double way = std::fmod(second, 7.0) / 7.0;
    const int size = cvRound((0.02 + 0.1 * way) * picture.cols);
    for (const double side : {0.0, 0.16})
        cv::circle(glare,
                   {cvRound((0.15 + 0.6 * way + side * way) * picture.cols),
                    cvRound((0.35 + 0.4 * way) * picture.rows)},
                   size, cv::Scalar{255}, -1);
    cv::GaussianBlur(glare, glare, {}, 0.03 * picture.cols);
    cv::add(picture, glare, picture);
    add_noise(picture, 7, number);
}

/// The camera sees other light: near things bright, colours another grey, some contrasts the other
/// way round.
void infrared(cv::Mat& picture, unsigned number) {
    cv::Mat values;
    picture.convertTo(values, CV_32F);
    cv::Mat low;
    cv::GaussianBlur(values, low, {}, 0.03 * picture.cols);
    cv::Mat contrast = smooth_field(picture.size(), 6, 77) * 0.9 + 0.35;
    cv::Mat out = low * 0.5 + (values - low).mul(contrast);
    for (int y = 0; y < out.rows; ++y)
        for (int x = 0; x < out.cols; ++x) {
            const double far = std::hypot(x / double(out.cols) - 0.5, y / double(out.rows) - 0.6);
            auto& value = out.at<float>(y, x);
            value = static_cast<float>(20 + value * (1.5 - 1.6 * far));
        }
    out.convertTo(picture, CV_8U);
    add_noise(picture, 5, number);
}

double share_of(double second, double whole) { return std::clamp(second / whole, 0.0, 1.0); }

using Paint = std::function<void(cv::Mat&, double, unsigned)>;

TamperTrial painted(std::string name, std::optional<TamperKind> is, seconds lasts, Paint paint) {
    return {
        .name = std::move(name),
        .is = is,
        .or_is = {},
        .lasts = lasts,
        .goes_on = lasts == kGoesOn,
        .apply = [paint = std::move(paint)](imaging::Image& image, double second, unsigned number) {
            cv::Mat view;
            view_into(pixels_of(image), {}, view);
            paint(view, second, number);
            image.reshape(imaging::PixelFormat::gray8, kWidth, kHeight);
            view.copyTo(pixels_of(image));
        }};
}

TamperTrial aimed(std::string name, Aim aim) {
    return {.name = std::move(name),
            .is = TamperKind::moved,
            .or_is = {},
            .apply = [aim](imaging::Image& image, double, unsigned) {
                cv::Mat view;
                view_into(pixels_of(image), aim, view);
                image.reshape(imaging::PixelFormat::gray8, kWidth, kHeight);
                view.copyTo(pixels_of(image));
            }};
}

void add_empty(std::vector<TamperTrial>& trials) {
    const seconds minute{60};
    trials.push_back(painted("cap on the lens", TamperKind::black, minute,
                             [](cv::Mat& view, double, unsigned number) {
                                 view.setTo(4);
                                 add_noise(view, 3, number);
                             }));
    trials.push_back(painted("paper before the lens", TamperKind::uniform, minute,
                             [](cv::Mat& view, double, unsigned number) {
                                 cover(view, 170, 40, 5);
                                 add_noise(view, 2, number);
                             }));
    trials.push_back(painted("hand before the lens", TamperKind::uniform, minute,
                             [](cv::Mat& view, double, unsigned number) {
                                 cover(view, 42, 12, 9);
                                 add_noise(view, 5, number);
                             }));
    trials.push_back(painted("washed out by a lamp", TamperKind::uniform, minute,
                             [](cv::Mat& view, double, unsigned number) {
                                 set_light(view, 0.03, 240);
                                 add_noise(view, 1, number);
                             }));
    trials.push_back(painted("sprayed in eight seconds", TamperKind::uniform, minute,
                             [](cv::Mat& view, double second, unsigned number) {
                                 spray(view, share_of(second, 8), 21);
                                 add_noise(view, 2, number);
                             }));
    trials.back().or_is = TamperKind::blurred;
}

void add_blurred(std::vector<TamperTrial>& trials) {
    for (const auto& [name, share] : {std::pair{"blurred by 0.5 % of the width", 0.005},
                                      {"blurred by 0.8 %", 0.008},
                                      {"blurred by 1.5 %", 0.015},
                                      {"blurred by 3 %", 0.03}}) {
        trials.push_back(painted(name, TamperKind::blurred, seconds{60},
                                 [share = share](cv::Mat& view, double second, unsigned number) {
                                     defocus(view, share * share_of(second, 5));
                                     add_noise(view, 2, number);
                                 }));
        if (share > 0.02)
            trials.back().or_is = TamperKind::uniform;
    }
}

void add_moved(std::vector<TamperTrial>& trials) {
    trials.push_back(aimed("shifted by 5 %", {.x = 0.05}));
    trials.push_back(aimed("shifted by 10 %", {.x = -0.1}));
    trials.push_back(aimed("shifted by 20 %", {.x = 0.2}));
    trials.push_back(aimed("shifted by 6 % and 10 % down", {.x = 0.06, .y = 0.1}));
    trials.push_back(aimed("turned by 4 degrees", {.degrees = 4}));
    trials.push_back(aimed("turned by 8 degrees", {.degrees = -8}));
    trials.push_back(aimed("turned by 15 degrees", {.degrees = 15}));
    trials.push_back(aimed("zoomed in by 10 %", {.zoom = 1.1}));
    trials.push_back(aimed("zoomed in by 25 %", {.zoom = 1.25}));
    trials.push_back(aimed("turned upside down", {.degrees = 180}));
    trials.push_back(painted("shifted by 10 % in half the light", TamperKind::moved, seconds{60},
                             [](cv::Mat&, double, unsigned) {}));
    trials.back().apply = [](imaging::Image& image, double, unsigned number) {
        cv::Mat view;
        view_into(pixels_of(image), {.x = 0.1}, view);
        set_light(view, 0.5, 5);
        add_noise(view, 4, number);
        image.reshape(imaging::PixelFormat::gray8, kWidth, kHeight);
        view.copyTo(pixels_of(image));
    };
}

void add_light(std::vector<TamperTrial>& trials) {
    trials.push_back(painted("dusk and a dark night", {}, seconds{1200},
                             [](cv::Mat& view, double second, unsigned number) {
                                 set_light(view, std::pow(10.0, -second / 500), 1);
                                 add_noise(view, 2 + 4 * share_of(second, 900), number);
                             }));
    trials.push_back(painted("fog that comes in ten minutes", {}, seconds{900},
                             [](cv::Mat& view, double second, unsigned number) {
                                 const double left = 1 - 0.97 * share_of(second, 600);
                                 set_light(view, left, 190 * (1 - left));
                                 add_noise(view, 2, number);
                             }));
    trials.push_back(painted("lamps off and on every two minutes", {}, kGoesOn,
                             [](cv::Mat& view, double second, unsigned number) {
                                 if (std::fmod(second, 240) < 120)
                                     set_light(view, 0.2, 3);
                                 add_noise(view, 4, number);
                             }));
    trials.push_back(
        painted("infrared for five minutes", {}, kGoesOn,
                [](cv::Mat& view, double, unsigned number) { infrared(view, number); }));
    trials.push_back(painted("exposure that jumps", {}, kGoesOn,
                             [](cv::Mat& view, double second, unsigned number) {
                                 cv::RNG random{static_cast<std::uint64_t>(second / 15) + 99};
                                 set_light(view, random.uniform(0.5, 1.7), 0);
                                 add_noise(view, 3, number);
                             }));
    trials.push_back(
        painted("noise of a dark night", {}, kGoesOn, [](cv::Mat& view, double, unsigned number) {
            set_light(view, 0.35, 8);
            add_noise(view, 14, number);
        }));
}

void add_weather(std::vector<TamperTrial>& trials) {
    trials.push_back(painted("clouds and their shadows", {}, kGoesOn,
                             [](cv::Mat& view, double second, unsigned number) {
                                 clouds(view, second);
                                 add_noise(view, 2, number);
                             }));
    trials.push_back(
        painted("rain at night", {}, kGoesOn, [](cv::Mat& view, double, unsigned number) {
            set_light(view, 0.3, 0);
            rain(view, number);
        }));
    trials.push_back(
        painted("lightning", {}, kGoesOn, [](cv::Mat& view, double second, unsigned number) {
            const bool flash = number % 11 == 3 || number % 29 == 7;
            set_light(view, flash ? 2.5 : 0.4, flash ? 40 : 2);
            rain(view, number);
            if (std::fmod(second, 60) < 3)
                view.setTo(250); // and blinds the camera now and then
        }));
    trials.push_back(painted("rain", {}, kGoesOn,
                             [](cv::Mat& view, double, unsigned number) { rain(view, number); }));
}

void add_traffic(std::vector<TamperTrial>& trials) {
    trials.push_back(painted("lorries pass close by", {}, kGoesOn,
                             [](cv::Mat& view, double second, unsigned number) {
                                 lorry(view, 1 - 2.2 * std::fmod(second, 9) / 9, 1.1, number / 9);
                             }));
    trials.push_back(painted("a lorry stands before it for ten seconds", {}, seconds{120},
                             [](cv::Mat& view, double second, unsigned) {
                                 if (second < 10)
                                     lorry(view, -0.02, 1.04, 4);
                             }));
    trials.push_back(painted("a lorry parks over 60 % of the view", {}, seconds{240},
                             [](cv::Mat& view, double, unsigned) { lorry(view, 0.4, 0.8, 4); }));
    trials.push_back(painted(
        "headlights at night", {}, kGoesOn,
        [](cv::Mat& view, double second, unsigned number) { headlights(view, second, number); }));
    trials.push_back(
        painted("a mast that trembles", {}, kGoesOn, [](cv::Mat&, double, unsigned) {}));
    trials.back().apply = [](imaging::Image& image, double, unsigned number) {
        cv::RNG random{number * 31ULL + 7};
        cv::Mat view;
        view_into(pixels_of(image),
                  {.x = random.uniform(-0.008, 0.008), .y = random.uniform(-0.008, 0.008)}, view);
        image.reshape(imaging::PixelFormat::gray8, kWidth, kHeight);
        view.copyTo(pixels_of(image));
    };
}

} // namespace

std::vector<TamperTrial> tamper_trials() {
    std::vector<TamperTrial> trials;
    trials.push_back(painted("nothing", {}, kGoesOn, [](cv::Mat&, double, unsigned) {}));
    add_light(trials);
    add_weather(trials);
    add_traffic(trials);
    add_empty(trials);
    add_blurred(trials);
    add_moved(trials);
    return trials;
}

} // namespace vedette::vision
