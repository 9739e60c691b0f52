#include "app/output/progress_bar.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/output/event_outputs.h"

namespace vedette::app {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr int kWidth = 28;

std::string bar_of(double share) {
    const int filled = std::clamp(static_cast<int>(share * kWidth), 0, kWidth);
    std::string bar;
    for (int i = 0; i < kWidth; ++i)
        bar += i < filled ? "█" : "░";
    return bar;
}

} // namespace

ProgressBar::ProgressBar(std::ostream& err, bool is_terminal, const Clock& clock, std::string name)
    : err_{err},
      is_terminal_{is_terminal}, clock_{clock}, name_{std::move(name)}, began_{clock.steady_now()} {
}

void ProgressBar::show(const pipeline::Progress& progress) {
    const SteadyTime now = clock_.steady_now();
    if (!is_terminal_ || (visible_ && now - drawn_ < kRedraw))
        return;
    const double elapsed = std::max(1e-3, std::chrono::duration<double>(now - began_).count());
    const double done = std::chrono::duration<double>(progress.position).count();
    std::string line = name_ + "  ";
    if (progress.duration && progress.duration->count() > 0) {
        const double share =
            std::clamp(done / std::chrono::duration<double>(*progress.duration).count(), 0.0, 1.0);
        std::array<char, 16> percent{};
        std::snprintf(percent.data(), percent.size(), " %3.0f %%  ", share * 100);
        line += bar_of(share) + percent.data();
    }
    std::array<char, 64> rate{};
    std::snprintf(rate.data(), rate.size(), "%s  %.1fx", format_position(progress.position).c_str(),
                  done / elapsed);
    err_ << "\r\x1b[K" << line << rate.data() << std::flush;
    visible_ = true;
    drawn_ = now;
}

void ProgressBar::clear() {
    if (visible_)
        err_ << "\r\x1b[K" << std::flush;
    visible_ = false;
}

} // namespace vedette::app
