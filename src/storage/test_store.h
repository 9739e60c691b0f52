#pragma once

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "testing/temporary_folder.h"
#include "vedette/storage/sqlite_store.h"

namespace vedette::storage {

inline std::unique_ptr<SqliteStore> open_store(const std::filesystem::path& file,
                                               const SqliteOptions& options = {}) {
    auto store = SqliteStore::open(file, options);
    EXPECT_TRUE(store) << store.error().message();
    return store ? *std::move(store) : nullptr;
}

inline std::string contents_of(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

} // namespace vedette::storage
