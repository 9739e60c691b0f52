#pragma once

#include <atomic>
#include <cstddef>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "vedette/ports/object_store.h"

namespace vedette::ports::testing {

/// What every ObjectStore does. A Backend is default-constructed empty and offers
///   ObjectStore& store();
///   void reopen();   // as after an orderly end of the process
template <class Backend>
class ObjectStoreContract : public ::testing::Test {
protected:
    ObjectStore& store() { return backend_.store(); }
    static std::vector<std::byte> bytes(std::string_view text) {
        const auto* begin = reinterpret_cast<const std::byte*>(text.data());
        return {begin, begin + text.size()};
    }
    void put(std::string_view key, std::string_view text) {
        const Status done = store().put(key, bytes(text));
        ASSERT_TRUE(done) << done.error().message();
    }
    std::vector<std::string> keys(std::string_view prefix = "") {
        std::vector<std::string> out;
        EXPECT_TRUE(store().for_each(prefix, [&out](const ObjectInfo& info) {
            out.push_back(info.key);
            return true;
        }));
        return out;
    }
    ErrorCode failure(std::string_view key) {
        const auto got = store().get(key);
        return got ? ErrorCode{} : got.error().code();
    }
    Backend backend_;
};
TYPED_TEST_SUITE_P(ObjectStoreContract);

TYPED_TEST_P(ObjectStoreContract, GivesBackWhatItTook) {
    std::string all;
    for (int i = 0; i < 70'000; ++i)
        all += static_cast<char>(i * 7);
    this->put("2026/11/21/gate.jpg", all);
    this->put("empty", "");
    this->backend_.reopen();
    EXPECT_EQ(this->store().get("2026/11/21/gate.jpg").value(), this->bytes(all));
    EXPECT_EQ(this->store().get("empty").value(), this->bytes(""));
}

TYPED_TEST_P(ObjectStoreContract, ReplacesAsAWhole) {
    this->put("a", "a long text");
    this->put("a", "short");
    EXPECT_EQ(this->store().get("a").value(), this->bytes("short"));
    EXPECT_THAT(this->keys(), ::testing::ElementsAre("a"));
}

TYPED_TEST_P(ObjectStoreContract, SaysWhatIsNotThere) {
    this->put("a/b", "x");
    for (const char* key : {"b", "a", "a/c", "c/d", "a/b/c"})
        EXPECT_EQ(this->failure(key), ErrorCode::not_found) << key;
}

TYPED_TEST_P(ObjectStoreContract, RemovesOnceAndAgain) {
    this->put("a/b/c", "x");
    this->put("a/d", "y");
    for (const char* key : {"a/b/c", "a/b/c", "a/b", "a", "never", "a/d/e"})
        EXPECT_TRUE(this->store().remove(key)) << key;
    EXPECT_THAT(this->keys(), ::testing::ElementsAre("a/d"));
    EXPECT_EQ(this->failure("a/b/c"), ErrorCode::not_found);
    this->put("a/b", "now a name of its own");
    EXPECT_EQ(this->store().get("a/b").value().size(), 21U);
}

TYPED_TEST_P(ObjectStoreContract, RefusesWhatIsNoKey) {
    for (const char* key : {"", "/etc/passwd", "../up", "a/../b", "a//b", "a b", "caf\xc3\xa9"}) {
        EXPECT_EQ(this->store().put(key, {}).error().code(), ErrorCode::invalid_argument) << key;
        EXPECT_EQ(this->failure(key), ErrorCode::invalid_argument) << key;
        EXPECT_EQ(this->store().remove(key).error().code(), ErrorCode::invalid_argument) << key;
    }
    this->put("a", "x");
    EXPECT_EQ(this->store().put("a/b", {}).error().code(), ErrorCode::invalid_argument);
    this->put("c/d", "x");
    EXPECT_EQ(this->store().put("c", {}).error().code(), ErrorCode::invalid_argument);
    EXPECT_THAT(this->keys(), ::testing::UnorderedElementsAre("a", "c/d"));
}

TYPED_TEST_P(ObjectStoreContract, TellsWhatThereIs) {
    this->put("2026/11/20/a", "1");
    this->put("2026/11/21/b", "22");
    this->put("2026/12/c", "333");
    std::map<std::string, std::uint64_t> sizes;
    ASSERT_TRUE(this->store().for_each("2026/11", [&](const ObjectInfo& info) {
        sizes[info.key] = info.bytes;
        return true;
    }));
    EXPECT_THAT(sizes, ::testing::ElementsAre(::testing::Pair("2026/11/20/a", 1U),
                                              ::testing::Pair("2026/11/21/b", 2U)));
    EXPECT_THAT(this->keys("2026/12/c"), ::testing::ElementsAre("2026/12/c"));
    EXPECT_THAT(this->keys("2026/1"), ::testing::SizeIs(3));
    EXPECT_THAT(this->keys("2027"), ::testing::IsEmpty());
    int visits = 0;
    ASSERT_TRUE(this->store().for_each("", [&visits](const ObjectInfo&) { return ++visits < 2; }));
    EXPECT_EQ(visits, 2);
}

TYPED_TEST_P(ObjectStoreContract, MayBeChangedWhileItIsTold) {
    for (const char* key : {"a/1", "a/2", "b/1"})
        this->put(key, "x");
    ASSERT_TRUE(this->store().for_each("", [this](const ObjectInfo& info) {
        EXPECT_TRUE(this->store().remove(info.key));
        return true;
    }));
    EXPECT_THAT(this->keys(), ::testing::IsEmpty());
}

TYPED_TEST_P(ObjectStoreContract, ReadersSeeTheOldBytesOrTheNew) {
    const std::string old_text(5'000, 'o');
    const std::string new_text(9'000, 'n');
    this->put("d/k", old_text);
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    {
        const std::jthread reader{[&] {
            while (!done) {
                const auto got = this->store().get("d/k");
                if (!got || (*got != this->bytes(old_text) && *got != this->bytes(new_text)))
                    ++torn;
            }
        }};
        const std::jthread neighbour{[&] { // makes and removes the folders beside it
            for (int i = 0; i < 20; ++i)
                if (!this->store().put("e/f/g", {}) || !this->store().remove("e/f/g"))
                    ++torn;
        }};
        for (int i = 0; i < 20; ++i)
            if (!this->store().put("d/k", this->bytes(i % 2 == 0 ? new_text : old_text)) ||
                !this->store().put("e/f/h", {}))
                ++torn;
        done = true;
    }
    EXPECT_EQ(torn, 0);
}

REGISTER_TYPED_TEST_SUITE_P(ObjectStoreContract, GivesBackWhatItTook, ReplacesAsAWhole,
                            SaysWhatIsNotThere, RemovesOnceAndAgain, RefusesWhatIsNoKey,
                            TellsWhatThereIs, MayBeChangedWhileItIsTold,
                            ReadersSeeTheOldBytesOrTheNew);

} // namespace vedette::ports::testing
