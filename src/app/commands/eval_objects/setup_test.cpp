#include "app/commands/eval_objects/setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/test_environment.h"

namespace vedette::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using vision::LabelledBox;

TEST(DetectorChoice, IsOneModelOfATaskThatFindsSomething) {
    EXPECT_EQ(choose_detector({})->task, "object");
    const auto plate = choose_detector({"plate=hyperlpr-y5fu-320"});
    ASSERT_TRUE(plate);
    EXPECT_EQ(plate->task, "plate");
    EXPECT_EQ(plate->id, "hyperlpr-y5fu-320");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"yolox-nano"},
                                                  {"object="},
                                                  {"ocr=plate-reader"},
                                                  {"object=a", "object=b"}}) {
        const auto choice = choose_detector(words);
        ASSERT_FALSE(choice) << words.front();
        EXPECT_EQ(choice.error().code(), ErrorCode::invalid_argument);
        EXPECT_THAT(choice.error().message(), HasSubstr(words.back()));
    }
}

TEST(Renames, TakeEachLabelOnce) {
    const auto renames = parse_renames({"van=car", "lorry=truck"});
    ASSERT_TRUE(renames);
    std::vector<LabelledBox> boxes{{{}, "van"}, {{}, "car"}, {{}, "dog"}};
    rename_labels(boxes, *renames);
    EXPECT_EQ(boxes[0].label, "car");
    EXPECT_EQ(boxes[1].label, "car");
    EXPECT_EQ(boxes[2].label, "dog");
    EXPECT_FALSE(parse_renames({"van"}));
    EXPECT_FALSE(parse_renames({"van="}));
    EXPECT_FALSE(parse_renames({"van=car", "van=bus"}));
}

TEST(Ignored, AreLabelsAndPartsOfPictures) {
    TemporaryFolder folder;
    const auto parts = folder.write("parts.tsv", "file\tx\ty\tw\th\na.jpg\t0\t0\t50\t20\n");
    const auto ignored = Ignored::read({"dog", parts.string()});
    ASSERT_TRUE(ignored) << ignored.error().message();
    std::vector<LabelledBox> boxes{{{1, 1, 2, 2}, "dog"}, {{3, 3, 4, 4}, "car"}};
    ignored->apply("elsewhere/a.jpg", boxes);
    EXPECT_THAT(boxes,
                ElementsAre(LabelledBox{{1, 1, 2, 2}, "", true}, LabelledBox{{3, 3, 4, 4}, "car"},
                            LabelledBox{{0, 0, 50, 20}, "", true}));
    std::vector<LabelledBox> others{{{3, 3, 4, 4}, "car"}};
    ignored->apply("b.jpg", others);
    EXPECT_EQ(others.size(), 1U);
    EXPECT_FALSE(Ignored::read({folder.write("broken.tsv", "x\n").string()}));
}

TEST(PicturesInAFolder, AreThoseWithANameOfOneInOrder) {
    TemporaryFolder folder;
    EXPECT_EQ(pictures_in(folder.path()).error().code(), ErrorCode::not_found);
    folder.write("b.jpg", "");
    folder.write("a.png", "");
    folder.write("labels.tsv", "");
    EXPECT_THAT(*pictures_in(folder.path()),
                ElementsAre(folder.path() / "a.png", folder.path() / "b.jpg"));
    EXPECT_EQ(pictures_in(folder.path() / "none").error().code(), ErrorCode::not_found);
}

TEST(DetectorShop, SaysWhereNoModelIs) {
    testing::TestEnvironment machine;
    std::filesystem::create_directories(machine.paths.models);
    const Environment environment = machine.environment();
    const Renames none;
    const auto loaded = DetectorShop{machine.paths.models, none, environment}.load({});
    ASSERT_FALSE(loaded);
    EXPECT_THAT(loaded.error().message(), HasSubstr(machine.paths.models.string()));
}

} // namespace
} // namespace vedette::app
