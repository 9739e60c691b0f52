#pragma once

// Included into every test and benchmark by the build. Where the checkout and the module lie is
// known to one small file per program, so that a compiler cache serves the others from any
// checkout.

extern const char* const kVedetteSourceDir;
extern const char* const kVedetteModuleDir;

#define VEDETTE_SOURCE_DIR kVedetteSourceDir
#define VEDETTE_MODULE_DIR kVedetteModuleDir
