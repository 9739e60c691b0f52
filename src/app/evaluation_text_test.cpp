#include "app/evaluation_text.h"

#include <gtest/gtest.h>

namespace vedette::app {
namespace {

TEST(EvaluationText, TakesTheNearestRank) {
    EXPECT_EQ(quantile({}, 0.5), 0);
    EXPECT_EQ(quantile({7}, 0.95), 7);
    EXPECT_EQ(quantile({5, 1, 3, 2, 4}, 0.5), 3);
    EXPECT_EQ(quantile({4, 1, 3, 2}, 0.5), 2);
    EXPECT_EQ(quantile({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 0.95), 10);
    EXPECT_EQ(quantile({1, 2}, 0), 1);
    EXPECT_EQ(times_text({10, 1, 4}), "median 4.0, 95th percentile 10.0");
}

TEST(EvaluationText, SaysNothingOfNothing) {
    EXPECT_EQ(percent({0, 0}), "-");
    EXPECT_EQ(interval_text({0, 0}), "-");
    EXPECT_EQ(percent({3, 4}), "75.0");
    EXPECT_EQ(interval_text({3, 4}), "30.1 to 95.4");
}

TEST(EvaluationText, WritesOutWhatAPageWouldTakeForItsOwn) {
    EXPECT_EQ(html_text("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
}

} // namespace
} // namespace vedette::app
