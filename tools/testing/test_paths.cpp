#include "test_paths.h"

const char* const kVedetteSourceDir = VEDETTE_SOURCE_PATH;
const char* const kVedetteModuleDir = VEDETTE_MODULE_PATH;
