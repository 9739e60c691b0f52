#include "backends/loaded/loaded_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "testing/temporary_folder.h"

namespace vedette::infer {
namespace {

using testing::HasSubstr;

class LoadedBackendTest : public testing::Test {
protected:
    [[nodiscard]] std::filesystem::path module() const { return folder.path() / "backend-any.so"; }
    Error error() {
        auto engine = backend.create("model.onnx", {});
        EXPECT_FALSE(engine);
        return engine ? Error{ErrorCode::internal, "an engine came"} : engine.error();
    }

    TemporaryFolder folder;
    LoadedBackend backend{"any", folder.path()};
};

TEST_F(LoadedBackendTest, SaysWhichModuleIsNotThere) {
    EXPECT_EQ(error().code(), ErrorCode::unavailable);
    EXPECT_THAT(error().message(), HasSubstr(module().string()));
    EXPECT_THAT(error().message(), HasSubstr("cannot be loaded"));
}

TEST_F(LoadedBackendTest, TakesNoFileThatIsNoModule) {
    std::ofstream{module()} << "no machine code";
    EXPECT_EQ(error().code(), ErrorCode::unavailable);
}

TEST_F(LoadedBackendTest, TakesNoLibraryThatIsNoBackend) {
    std::filesystem::create_symlink("/proc/self/exe", module());
    EXPECT_EQ(error().code(), ErrorCode::unavailable);
}

TEST_F(LoadedBackendTest, TriesAgainWhenItIsAskedAgain) {
    std::filesystem::path real;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator{backend_folder(), none})
        if (entry.path().filename().string().starts_with("backend-"))
            real = entry.path();
    if (real.empty())
        GTEST_SKIP() << "no back-end is a module in this build";
    const std::string name = real.stem().string().substr(std::string{"backend-"}.size());
    LoadedBackend late{name, folder.path()};
    const auto model = std::filesystem::path{VEDETTE_MODULE_DIR} / "testdata" / "add.onnx";
    EXPECT_FALSE(late.create(model, {}));
    std::filesystem::create_symlink(real, folder.path() / real.filename());
    const auto engine = late.create(model, {});
    ASSERT_TRUE(engine) << engine.error().message();
    EXPECT_EQ((*engine)->inputs().size(), 2U);
}

} // namespace
} // namespace vedette::infer
