#include "vedette/base/result.h"

#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace vedette {
namespace {

Result<int> half(int value) {
    if (value % 2 != 0)
        return Error{ErrorCode::invalid_argument, std::to_string(value) + " is odd"};
    return value / 2;
}

Result<int> quarter(int value) {
    VEDETTE_TRY(const int once, half(value));
    VEDETTE_TRY(const int twice, half(once));
    return twice;
}

Status must_be_even(int value) {
    VEDETTE_CHECK_OK(half(value));
    return {};
}

Result<std::unique_ptr<int>> owned(bool ok) {
    if (!ok)
        return Error{ErrorCode::unavailable, "no"};
    return std::make_unique<int>(7);
}

Result<std::unique_ptr<int>> passed_on(bool ok) {
    VEDETTE_TRY(auto value, owned(ok));
    return value;
}

TEST(Result, CarriesAValueOrAnError) {
    ASSERT_TRUE(half(4));
    EXPECT_EQ(*half(4), 2);
    ASSERT_FALSE(half(3));
    EXPECT_EQ(half(3).error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(half(3).error().message(), "3 is odd");
}

TEST(Result, TryReturnsTheFirstErrorToTheCaller) {
    EXPECT_EQ(*quarter(8), 2);
    EXPECT_EQ(quarter(6).error().message(), "3 is odd");
    EXPECT_EQ(quarter(5).error().message(), "5 is odd");
    EXPECT_TRUE(must_be_even(2));
    EXPECT_EQ(must_be_even(1).error().message(), "1 is odd");
}

TEST(Result, MovesWhatCannotBeCopied) {
    EXPECT_EQ(**passed_on(true), 7);
    EXPECT_EQ(passed_on(false).error().code(), ErrorCode::unavailable);
}

TEST(Error, KnowsTheLineThatMadeIt) {
    const Error error{ErrorCode::internal, "x"};
    EXPECT_EQ(error.where().line, static_cast<std::uint32_t>(__LINE__ - 1));
    EXPECT_NE(std::string_view{error.where().file}.find("result_test.cpp"), std::string_view::npos);
}

TEST(Error, IsToldFromOneLevelFurtherOut) {
    const Error inner{ErrorCode::not_found, "no such file"};
    const auto line = inner.where().line;
    const Error outer = Error{inner}.with_context("open camera gate");
    EXPECT_EQ(outer.message(), "open camera gate: no such file");
    EXPECT_EQ(outer.code(), ErrorCode::not_found);
    EXPECT_EQ(outer.where().line, line);
}

TEST(ErrorCode, HasANameOfItsOwnForEachCode) {
    std::set<std::string_view> names;
    for (int code = 1; code <= static_cast<int>(ErrorCode::internal); ++code)
        names.insert(to_string(static_cast<ErrorCode>(code)));
    EXPECT_EQ(names.size(), 10U);
}

} // namespace
} // namespace vedette
