#pragma once

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "log/crashing_disk.h"
#include "log/segmented_log.h"
#include "vedette/ports/testing/event_log_contract.h"

namespace vedette::events {

using namespace std::chrono_literals; // NOLINT(google-build-using-namespace): units of time

/// Keeps what was said, as one text.
class KeptLog final : public Log {
public:
    void write(LogLevel, std::string_view message, std::span<const LogField>) override {
        text_.append(message).append("\n");
    }
    [[nodiscard]] bool says(std::string_view what) const {
        return text_.find(what) != std::string::npos;
    }

private:
    std::string text_;
};

// ---- the contract, on a real folder and on the disk that crashes ----

/// One log on a disk that does what the test says.
class SegmentedLogTest : public ::testing::Test {
protected:
    SegmentedLogTest() { open(); }

    void open() {
        log_.reset();
        auto opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message();
        log_ = *std::move(opened);
    }
    Result<std::unique_ptr<DurableLog>> try_open() {
        return open_segmented_log(disk_.mount(), options_, said_, meters_, clock_);
    }
    void power_cut() {
        log_.reset();
        disk_.crash();
        open();
    }
    Result<ports::LogPosition> append(std::size_t count) {
        std::vector<ports::Envelope> events;
        for (std::size_t i = 1; i <= count; ++i)
            events.push_back(ports::testing::numbered_event(log_->extent().last.value() + i));
        return log_->append(events);
    }
    /// One after the other, each with its own flush.
    void append_singly(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_TRUE(append(1));
    }
    std::uint64_t last() { return log_->extent().last.value(); }
    std::uint64_t first() { return log_->extent().first.value(); }
    /// All of the log; fails the test where an event is not what its position says.
    std::uint64_t count_intact() {
        std::uint64_t count = 0;
        for (ports::LogPosition at; at < log_->extent().last;) {
            const auto page = log_->read(at, 5);
            if (!page || page->empty()) {
                ADD_FAILURE() << "nothing behind " << at.value();
                break;
            }
            for (const auto& one : *page)
                EXPECT_EQ(one.event, ports::testing::numbered_event(one.position.value()));
            count += page->size();
            at = page->back().position;
        }
        return count;
    }
    void fail_call(std::uint64_t which, ErrorCode code) {
        disk_.set_fault([=](std::uint64_t call) -> std::optional<Error> {
            return call == which ? std::optional{Error{code, "No space left"}} : std::nullopt;
        });
    }
    std::vector<std::string> files() { return disk_.names(); }

    CrashingDisk disk_;
    KeptLog said_;
    NullMetrics meters_;
    ManualClock clock_{WallTime{500'000h}};
    DurableLogOptions options_{.segment_bytes = 1000, .segment_age = 24h};
    std::unique_ptr<DurableLog> log_;
};

} // namespace vedette::events
