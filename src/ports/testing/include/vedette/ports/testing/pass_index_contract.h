#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "vedette/ports/pass_index.h"
#include "vedette/ports/testing/memory_pass_index.h"
#include "vedette/ports/testing/sample_events.h"

namespace vedette::ports::testing {

/// What every PassIndex does. A Backend is default-constructed empty and offers
///   const PassIndex& index();
///   void add(const std::vector<domain::Event>&);  // one whose id is known is replaced
///   void forget(WallTime before);
template <class Backend>
class PassIndexContract : public ::testing::Test {
protected:
    const PassIndex& index() { return backend_.index(); }
    static WallTime at(std::int64_t us) { return WallTime{std::chrono::microseconds{us}}; }
    static TimeSpan always() { return {WallTime::min(), WallTime::max()}; }
    static std::vector<std::string> ids(const Result<PassList>& list) {
        EXPECT_TRUE(list) << list.error().message();
        std::vector<std::string> out;
        if (list)
            for (const PassRow& row : list->rows)
                out.push_back(row.event.value());
        return out;
    }
    static domain::Event pass(std::string id, std::string_view plate, std::int64_t at_us,
                              std::string camera = "gate") {
        domain::Event event = sample_sighting(std::move(id), plate, at_us);
        event.camera = domain::CameraId{std::move(camera)};
        return event;
    }

    Backend backend_;
};
TYPED_TEST_SUITE_P(PassIndexContract);

TYPED_TEST_P(PassIndexContract, ListsThePassesOfAPlateOldestFirst) {
    this->backend_.add({this->pass("c", "AB1", 30), this->pass("b", "AB1", 10, "yard"),
                        this->pass("a", "AB1", 10), this->pass("x", "AB12", 20)});
    const auto list = this->index().passes_of("AB1", this->always(), 10);
    EXPECT_THAT(this->ids(list), ::testing::ElementsAre("a", "b", "c"));
    EXPECT_TRUE(list->complete);
    EXPECT_EQ(list->rows[1],
              (PassRow{domain::EventId{"b"}, domain::CameraId{"yard"}, this->at(10), "AB1", 0.9F}));
    EXPECT_THAT(this->ids(this->index().passes_of("AB1", {this->at(10), this->at(30)}, 10)),
                ::testing::ElementsAre("a", "b"))
        << "the end is not part of the span";
    EXPECT_THAT(this->ids(this->index().passes_of("ab1", this->always(), 10)), ::testing::IsEmpty())
        << "texts are compared as they are";
}

TYPED_TEST_P(PassIndexContract, ListsThePassesAtACameraOfAllKindsOfVehicles) {
    auto bus = this->pass("b", "BU5", 5);
    bus.label = "bus";
    auto discarded = this->pass("d", "DI5", 6);
    discarded.verdict = domain::Verdict::duplicate;
    this->backend_.add({this->pass("a", "AB1", 10), bus, discarded, sample_event("bare", 7),
                        this->pass("elsewhere", "AB1", 8, "yard")});
    const domain::CameraId gate{"gate"};
    EXPECT_THAT(this->ids(this->index().passes_at(gate, this->always(), 10)),
                ::testing::ElementsAre("b", "a"));
    EXPECT_THAT(this->ids(this->index().passes_at(gate, {this->at(6), this->at(11)}, 10)),
                ::testing::ElementsAre("a"));
    EXPECT_THAT(this->ids(this->index().passes_at(domain::CameraId{"none"}, this->always(), 10)),
                ::testing::IsEmpty());
    EXPECT_THAT(this->index().cameras().value(),
                ::testing::ElementsAre(gate, domain::CameraId{"yard"}));
}

TYPED_TEST_P(PassIndexContract, SaysWhenTheLimitCutSomethingOff) {
    for (int i = 0; i < 5; ++i)
        this->backend_.add({this->pass("e" + std::to_string(i), "AB1", 7)});
    const domain::CameraId gate{"gate"};
    const auto of = this->index().passes_of("AB1", this->always(), 3);
    EXPECT_THAT(this->ids(of), ::testing::ElementsAre("e0", "e1", "e2"));
    EXPECT_FALSE(of->complete);
    const auto at = this->index().passes_at(gate, this->always(), 4);
    EXPECT_THAT(this->ids(at), ::testing::ElementsAre("e0", "e1", "e2", "e3"));
    EXPECT_FALSE(at->complete);
    EXPECT_TRUE(this->index().passes_at(gate, this->always(), 5)->complete);
}

TYPED_TEST_P(PassIndexContract, RefusesWhatCannotBeAsked) {
    const auto code = [](const auto& result) {
        return result ? ErrorCode{} : result.error().code();
    };
    const auto span = this->always();
    EXPECT_EQ(code(this->index().passes_of("", span, 1)), ErrorCode::invalid_argument);
    EXPECT_EQ(code(this->index().passes_of("A", span, 0)), ErrorCode::invalid_argument);
    EXPECT_EQ(code(this->index().passes_at(domain::CameraId{"g"}, span, PassIndex::kMostRows + 1)),
              ErrorCode::invalid_argument);
    EXPECT_EQ(code(this->index().counts_of("", span)), ErrorCode::invalid_argument);
}

TYPED_TEST_P(PassIndexContract, APassWithTwoTextsIsOnePass) {
    auto event = this->pass("a", "AB1", 10);
    event.plate->normalized = "A81";
    auto unresolved = this->pass("b", "CD2", 20);
    unresolved.plate->resolved.clear();
    this->backend_.add({event, unresolved});
    const domain::CameraId gate{"gate"};
    const auto at_gate = this->index().passes_at(gate, this->always(), 10);
    ASSERT_EQ(at_gate->rows.size(), 2U);
    EXPECT_EQ(at_gate->rows[0].plate, "AB1") << "the resolved one";
    EXPECT_EQ(at_gate->rows[1].plate, "CD2");
    for (const char* text : {"AB1", "A81"}) {
        const auto of = this->index().passes_of(text, this->always(), 10);
        ASSERT_EQ(of->rows.size(), 1U) << text;
        EXPECT_EQ(of->rows[0].plate, text);
    }
    EXPECT_THAT(this->index().flow_at(gate, this->always()).value(),
                ::testing::ElementsAre(HourCount{this->at(0), 2}));
}

TYPED_TEST_P(PassIndexContract, TellsWhichPassesEndedAtRest) {
    auto parked = this->pass("a", "AB1", 10);
    parked.last_seen = this->at(5'000);
    auto moving = this->pass("b", "AB1", 20);
    moving.stationary = false;
    auto misread = this->pass("c", "AB1", 30);
    misread.plate->normalized = "A81";
    this->backend_.add({parked, moving, misread});
    const auto passes = this->index().passes_of("AB1", this->always(), 10).value().rows;
    const auto stays = this->index().stays_among(passes);
    ASSERT_TRUE(stays) << stays.error().message();
    EXPECT_THAT(*stays, ::testing::ElementsAre(StayRow{passes[0], this->at(5'000)},
                                               StayRow{passes[2], this->at(30 + 2'000'000)}));
    this->backend_.forget(this->at(20));
    EXPECT_EQ(this->index().stays_among(passes)->size(), 1U) << "forgotten meanwhile";
    EXPECT_THAT(this->index().stays_among({}).value(), ::testing::IsEmpty());
}

TYPED_TEST_P(PassIndexContract, CountsPerCameraAndPerHour) {
    constexpr std::int64_t kHour_us = 3'600'000'000;
    this->backend_.add({this->pass("a", "AB1", -1), this->pass("b", "AB1", 0),
                        this->pass("c", "XY9", kHour_us - 1), this->pass("d", "AB1", kHour_us),
                        this->pass("e", "AB1", 5, "yard")});
    const domain::CameraId gate{"gate"};
    const auto hours = [&](const TimeSpan& span) {
        return this->index().flow_at(gate, span).value();
    };
    const HourCount before{this->at(-kHour_us), 1};
    const HourCount first{this->at(0), 2};
    const HourCount second{this->at(kHour_us), 1};
    EXPECT_THAT(hours(this->always()), ::testing::ElementsAre(before, first, second));
    EXPECT_THAT(hours({this->at(10), this->at(kHour_us)}), ::testing::ElementsAre(first));
    EXPECT_THAT(hours({this->at(10), this->at(kHour_us + 1)}),
                ::testing::ElementsAre(first, second))
        << "whole hours";
    EXPECT_THAT(hours({this->at(10), this->at(10)}), ::testing::IsEmpty());
    EXPECT_THAT(
        this->index().counts_of("AB1", this->always()).value(),
        ::testing::ElementsAre(CameraCount{gate, 3}, CameraCount{domain::CameraId{"yard"}, 1}));
    EXPECT_THAT(this->index().counts_of("AB1", {this->at(0), this->at(5)}).value(),
                ::testing::ElementsAre(CameraCount{gate, 1}));
}

TYPED_TEST_P(PassIndexContract, WhatIsForgottenOrReplacedCountsNoMore) {
    auto bus = this->pass("c", "AB1", 3);
    bus.label = "bus";
    this->backend_.add({this->pass("a", "AB1", 1), this->pass("b", "AB1", 2), bus});
    auto corrected = this->pass("b", "ZZ9", 2, "yard");
    this->backend_.add({corrected});
    this->backend_.add({corrected}); // delivered again
    EXPECT_EQ(this->index().flow_at(domain::CameraId{"gate"}, this->always())->at(0).passes, 2U);
    EXPECT_EQ(this->index().flow_at(domain::CameraId{"yard"}, this->always())->at(0).passes, 1U);
    this->backend_.forget(this->at(3));
    EXPECT_THAT(this->ids(this->index().passes_of("AB1", this->always(), 9)),
                ::testing::ElementsAre("c"));
    EXPECT_EQ(this->index().flow_at(domain::CameraId{"gate"}, this->always())->at(0).passes, 1U);
    EXPECT_THAT(this->index().flow_at(domain::CameraId{"yard"}, this->always()).value(),
                ::testing::IsEmpty());
    EXPECT_THAT(this->index().cameras().value(), ::testing::ElementsAre(domain::CameraId{"gate"}));
}

TYPED_TEST_P(PassIndexContract, AgreesWithThePlainModelOnWhateverComes) {
    MemoryPassIndex model;
    ChanceEvents chance{11};
    for (int round = 0; round < 4; ++round) {
        std::vector<domain::Event> events;
        for (int i = 0; i < 150; ++i)
            events.push_back(chance.event());
        this->backend_.add(events);
        model.add(events);
        if (round == 2) {
            this->backend_.forget(this->at(8'000'000));
            model.forget(this->at(8'000'000));
        }
        for (int i = 0; i < 60; ++i) {
            const auto from = static_cast<std::int64_t>(chance.number(60)) * 1'000'000 - 5'000'000;
            const TimeSpan span{
                this->at(from),
                this->at(from + static_cast<std::int64_t>(chance.number(40)) * 1'000'000)};
            const std::size_t limit = 1 + chance.number(30);
            const domain::CameraId camera{"camera-" + std::to_string(chance.number(5))};
            const std::string plate = chance.event().plate.value_or(domain::PlateText{}).normalized;
            ASSERT_EQ(this->index().passes_at(camera, span, limit).value(),
                      model.passes_at(camera, span, limit).value());
            ASSERT_EQ(this->index().flow_at(camera, span).value(),
                      model.flow_at(camera, span).value());
            if (plate.empty())
                continue;
            ASSERT_EQ(this->index().passes_of(plate, span, limit).value(),
                      model.passes_of(plate, span, limit).value());
            ASSERT_EQ(this->index().counts_of(plate, span).value(),
                      model.counts_of(plate, span).value());
        }
        ASSERT_EQ(this->index().cameras().value(), model.cameras().value());
    }
}

REGISTER_TYPED_TEST_SUITE_P(PassIndexContract, ListsThePassesOfAPlateOldestFirst,
                            ListsThePassesAtACameraOfAllKindsOfVehicles,
                            SaysWhenTheLimitCutSomethingOff, RefusesWhatCannotBeAsked,
                            APassWithTwoTextsIsOnePass, TellsWhichPassesEndedAtRest,
                            CountsPerCameraAndPerHour, WhatIsForgottenOrReplacedCountsNoMore,
                            AgreesWithThePlainModelOnWhateverComes);

} // namespace vedette::ports::testing
