#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "ocr/ctc/beam_search.h"
#include "ocr/ctc/consensus.h"
#include "ocr/ctc/decoder.h"

namespace vedette::vision {
namespace {

/// P(sequence) by adding up every path: what the beam search must agree with.
std::map<std::vector<int>, double> by_enumeration(const std::vector<float>& p, std::size_t classes,
                                                  int blank) {
    std::map<std::vector<int>, double> out;
    const std::size_t steps = p.size() / classes;
    std::size_t paths = 1;
    for (std::size_t t = 0; t < steps; ++t)
        paths *= classes;
    for (std::size_t path = 0; path < paths; ++path) {
        std::vector<int> sequence;
        double probability = 1;
        int last = blank;
        std::size_t rest = path;
        for (std::size_t t = 0; t < steps; ++t) {
            const int symbol = static_cast<int>(rest % classes);
            rest /= classes;
            probability *= static_cast<double>(p[t * classes + static_cast<std::size_t>(symbol)]);
            if (symbol != blank && symbol != last)
                sequence.push_back(symbol);
            last = symbol;
        }
        out[sequence] += probability;
    }
    return out;
}

std::vector<float> random_lattice(unsigned seed, std::size_t steps, std::size_t classes) {
    std::mt19937 random{seed};
    std::uniform_real_distribution<float> number{0.01F, 1.0F};
    std::vector<float> out;
    for (std::size_t t = 0; t < steps; ++t) {
        float sum = 0;
        for (std::size_t c = 0; c < classes; ++c)
            sum += out.emplace_back(number(random));
        for (std::size_t c = 0; c < classes; ++c)
            out[t * classes + c] /= sum;
    }
    return out;
}

TEST(CtcBeamSearch, AgreesWithTheSumOverAllPaths) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const auto lattice = random_lattice(seed, 5, 3);
        const auto truth = by_enumeration(lattice, 3, 2);
        const auto found = ctc_beam_search(lattice, 3, 2, 1000);
        for (const CtcHypothesis& hypothesis : found)
            EXPECT_NEAR(hypothesis.probability, truth.at(hypothesis.classes), 1e-5);
        const auto best =
            std::max_element(truth.begin(), truth.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
        EXPECT_EQ(found.front().classes, best->first);
    }
}

TEST(CtcBeamSearch, ARepetitionNeedsABlankBetween) {
    const std::vector<float> held{1, 0, 1, 0};
    EXPECT_EQ(ctc_beam_search(held, 2, 1, 4).front().classes, (std::vector<int>{0}));
    const std::vector<float> twice{1, 0, 0, 1, 1, 0};
    EXPECT_EQ(ctc_beam_search(twice, 2, 1, 4).front().classes, (std::vector<int>{0, 0}));
}

TEST(CtcBeamSearch, WidthBoundsTheResult) {
    EXPECT_EQ(ctc_beam_search(random_lattice(3, 8, 5), 5, 4, 7).size(), 7U);
}

TEST(Consensus, GivesEveryPlaceItsAlternatives) {
    const std::vector<CtcHypothesis> hypotheses{{{1, 2, 3}, 0.6}, {{1, 4, 3}, 0.3}, {{1, 3}, 0.1}};
    const auto places = consensus(hypotheses);
    ASSERT_EQ(places.size(), 3U);
    EXPECT_NEAR(places[1].at(2), 0.6, 1e-9);
    EXPECT_NEAR(places[1].at(4), 0.3, 1e-9);
    EXPECT_NEAR(places[1].at(kNoClass), 0.1, 1e-9);
    EXPECT_NEAR(places[0].at(1), 1.0, 1e-9);
}

TEST(Consensus, ASignThatOnlyALesserHypothesisHasIsAPlaceThatMayBeEmpty) {
    const std::vector<CtcHypothesis> hypotheses{{{1, 2}, 0.75}, {{1, 5, 2}, 0.25}};
    const auto places = consensus(hypotheses);
    ASSERT_EQ(places.size(), 3U);
    EXPECT_NEAR(places[1].at(kNoClass), 0.75, 1e-9);
    EXPECT_NEAR(places[1].at(5), 0.25, 1e-9);
    EXPECT_TRUE(consensus({}).empty());
}

infer::Manifest manifest() {
    infer::Manifest out;
    out.id = "ctc";
    out.decoder_options = {{"alphabet", "京A1-"}};
    return out;
}

infer::TensorSpec output(infer::Shape shape) {
    return {"out", infer::ElementType::f32, std::move(shape)};
}

TEST(CtcDecoder, ReadsEitherOrderOfDimensions) {
    // 京, 京, blank, 1, blank, A: logits by time.
    const std::vector<int> path{0, 0, 3, 2, 3, 1};
    std::vector<float> time_first(path.size() * 4, 0.0F);
    std::vector<float> classes_first(path.size() * 4, 0.0F);
    for (std::size_t t = 0; t < path.size(); ++t) {
        time_first[t * 4 + static_cast<std::size_t>(path[t])] = 8;
        classes_first[static_cast<std::size_t>(path[t]) * path.size() + t] = 8;
    }
    auto by_time = make_ctc_decoder(manifest(), output({1, 6, 4}));
    auto by_class = make_ctc_decoder(manifest(), output({1, 4, 6}));
    ASSERT_TRUE(by_time);
    ASSERT_TRUE(by_class);
    const auto read = (*by_time)->decode(time_first);
    EXPECT_EQ(read.text, "京1A");
    EXPECT_GT(read.confidence, 0.9F);
    EXPECT_GE(read.characters.size(), 3U);
    EXPECT_EQ(read, (*by_class)->decode(classes_first));
}

TEST(CtcDecoder, ATemperatureMakesItLessSure) {
    std::vector<float> steps(6 * 4, 0.0F);
    for (std::size_t t = 0; t < 6; ++t)
        steps[t * 4 + (t % 2 == 0 ? t / 2 : 3)] = 5;
    auto softer = manifest();
    softer.decoder_options["temperature"] = "1.5";
    auto plain = make_ctc_decoder(manifest(), output({1, 6, 4}));
    auto soft = make_ctc_decoder(softer, output({1, 6, 4}));
    ASSERT_TRUE(plain);
    ASSERT_TRUE(soft);
    const auto read = (*soft)->decode(steps);
    EXPECT_EQ(read.text, (*plain)->decode(steps).text);
    EXPECT_LT(read.confidence, (*plain)->decode(steps).confidence);
    softer.decoder_options["temperature"] = "0";
    EXPECT_FALSE(make_ctc_decoder(softer, output({1, 6, 4})));
}

TEST(CtcDecoder, TheBatchMayBeAbsentOrOpen) {
    EXPECT_TRUE(make_ctc_decoder(manifest(), output({4, 18})));
    EXPECT_TRUE(make_ctc_decoder(manifest(), output({-1, 4, 18})));
}

TEST(CtcDecoder, TakesAnyNumbers) {
    auto decoder = make_ctc_decoder(manifest(), output({1, 4, 18}));
    ASSERT_TRUE(decoder);
    for (const float number : {0.0F, -1e30F, std::numeric_limits<float>::infinity(),
                               std::numeric_limits<float>::quiet_NaN()}) {
        const auto read = (*decoder)->decode(std::vector<float>((*decoder)->size(), number));
        EXPECT_GE(read.confidence, 0.0F);
        EXPECT_LE(read.confidence, 1.0F);
    }
}

TEST(CtcDecoder, RefusesWhatDoesNotFit) {
    EXPECT_FALSE(make_ctc_decoder(manifest(), output({1, 5, 18})));
    EXPECT_FALSE(make_ctc_decoder(manifest(), output({1, 4, 100'000})));
    auto broken = manifest();
    broken.decoder_options["blank"] = "4";
    const auto made = make_ctc_decoder(broken, output({1, 4, 18}));
    ASSERT_FALSE(made);
    EXPECT_NE(made.error().message().find("blank"), std::string::npos);
}

} // namespace
} // namespace vedette::vision
