#pragma once

#include <array>
#include <memory>
#include <string>
#include <utility>

#include "vedette/base/guarded.h"
#include "vedette/base/metrics.h"
#include "vedette/pipeline/gate.h"

namespace vedette::pipeline {

/// What the packet gate of a camera did, over all its inputs, as meters and for whoever asks. Once
/// it is gone, nothing is asleep.
///
/// Thread-safe.
class GateProbe {
public:
    GateProbe(Metrics& metrics, const std::string& camera)
        : asleep_{metrics.gauge("pipeline_gate_asleep",
                                "1 while nothing but key frames is decoded (detect.gate: packet)",
                                {{"camera", camera}})},
          kept_{metrics.gauge("pipeline_gate_kept_bytes",
                              "Packets kept back since the last key frame that was looked at",
                              {{"camera", camera}})},
          packets_{metrics.counter("pipeline_gate_packets_total",
                                   "Packets that came to the gate of `detect.gate: packet`",
                                   {{"camera", camera}})},
          decoded_{metrics.counter("pipeline_gate_decoded_total",
                                   "Packets that went through the gate or were looked at by "
                                   "themselves; the others were never decoded",
                                   {{"camera", camera}})} {
        for (const WakeReason reason : kAllWakeReasons)
            wakes_.at(static_cast<std::size_t>(reason) - 1) =
                metrics.counter("pipeline_gate_wakes_total", "Times an idle camera was woken",
                                {{"camera", camera}, {"reason", std::string{to_string(reason)}}});
    }
    GateProbe(const GateProbe&) = delete;
    GateProbe& operator=(const GateProbe&) = delete;
    ~GateProbe() { begins(); }

    /// A new input: what is told from now on counts from 0.
    void begins() {
        reports_.with([](Reports& reports) {
            reports.last = {};
            reports.all.asleep = false;
            reports.all.kept_bytes = 0;
        });
        asleep_->set(0);
        kept_->set(0);
    }

    void tell(const GateReport& now) {
        const GateReport before = reports_.with([&now](Reports& reports) {
            add(reports.all, now, reports.last);
            return std::exchange(reports.last, now);
        });
        asleep_->set(now.asleep ? 1 : 0);
        kept_->set(static_cast<double>(now.kept_bytes));
        packets_->add(static_cast<double>(now.packets - before.packets));
        decoded_->add(
            static_cast<double>(now.decoded + now.probed - before.decoded - before.probed));
        for (std::size_t i = 0; i < wakes_.size(); ++i)
            if (now.wakes.at(i) != before.wakes.at(i))
                wakes_.at(i)->add(static_cast<double>(now.wakes.at(i) - before.wakes.at(i)));
    }

    /// Since this was made.
    [[nodiscard]] GateReport all() const {
        return reports_.with([](const Reports& reports) { return reports.all; });
    }

private:
    struct Reports {
        GateReport last; ///< of the input that is open
        GateReport all;
    };

    static void add(GateReport& all, const GateReport& now, const GateReport& before) {
        all.on = now.on;
        all.asleep = now.asleep;
        all.kept_bytes = now.kept_bytes;
        all.packets += now.packets - before.packets;
        all.decoded += now.decoded - before.decoded;
        all.probed += now.probed - before.probed;
        for (std::size_t i = 0; i < all.wakes.size(); ++i)
            all.wakes.at(i) += now.wakes.at(i) - before.wakes.at(i);
    }

    std::shared_ptr<Gauge> asleep_;
    std::shared_ptr<Gauge> kept_;
    std::shared_ptr<Counter> packets_;
    std::shared_ptr<Counter> decoded_;
    std::array<std::shared_ptr<Counter>, kAllWakeReasons.size()> wakes_;
    Guarded<Reports> reports_;
};

} // namespace vedette::pipeline
