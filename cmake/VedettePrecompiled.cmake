# The standard library's and GoogleTest's headers read once instead of in every source: the sanitizer builds take half
# the time. The dev build does without, so that a source that forgets an include is found.
option(VEDETTE_PRECOMPILE "Use precompiled headers" OFF)

set(precompiled_headers
  <algorithm> <array> <atomic> <chrono> <condition_variable> <cstdint> <deque> <filesystem> <fstream> <functional> <map>
  <memory> <mutex> <optional> <set> <span> <sstream> <stop_token> <string> <string_view> <thread> <utility> <variant>
  <vector> <tl/expected.hpp>)

# Two carriers, one for the objects of libraries and one for those of programs: a precompiled header fits only sources
# that are compiled with the same options.
if(VEDETTE_PRECOMPILE)
  add_library(vedette_precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_compile_options(vedette_precompiled PRIVATE ${VEDETTE_WARNINGS} -w -fpch-preprocess)
  target_link_libraries(vedette_precompiled PRIVATE Threads::Threads)
  target_precompile_headers(vedette_precompiled PRIVATE ${precompiled_headers})

  find_package(GTest REQUIRED)
  add_executable(vedette_precompiled_tests ${CMAKE_SOURCE_DIR}/cmake/precompiled.cpp)
  target_compile_options(vedette_precompiled_tests PRIVATE ${VEDETTE_WARNINGS} -w -fpch-preprocess)
  target_link_libraries(vedette_precompiled_tests PRIVATE GTest::gmock_main Threads::Threads)
  target_precompile_headers(vedette_precompiled_tests PRIVATE ${precompiled_headers} <gmock/gmock.h> <gtest/gtest.h>
    ${CMAKE_SOURCE_DIR}/tools/testing/test_paths.h)
endif()

# vedette_precompile(<target> <carrier>)
# Warnings are the dev build's business: g++ 12 takes what it read from such a header for ours.
function(vedette_precompile target carrier)
  if(VEDETTE_PRECOMPILE)
    target_compile_options(${target} PRIVATE -w -fpch-preprocess) # the latter for ccache
    target_precompile_headers(${target} REUSE_FROM ${carrier})
  endif()
endfunction()
