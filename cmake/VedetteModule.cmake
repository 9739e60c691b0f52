set(VEDETTE_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees an overlap in `"text" + std::string{}` when it optimises (GCC bug 105651).
  list(APPEND VEDETTE_WARNINGS -Wno-restrict)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND VEDETTE_SANITIZE MATCHES "address")
  # Under the address sanitizer g++ takes the standard library's own variables for unset (GCC bug 105562).
  list(APPEND VEDETTE_WARNINGS -Wno-maybe-uninitialized)
endif()

include(VedettePrecompiled)

# vedette_add_module(<name> [SOURCES ...] [USES ...] [PRIVATELY ...] [EXTERNAL ...] [TESTS_USE ...])
#   SOURCES    given explicitly; without it every *.cpp below the folder that is not a test, fuzz,
#              benchmark, plug-in or testing source
#   USES       modules whose headers appear in our public headers
#   PRIVATELY  modules used only in our .cpp files
#   EXTERNAL   third-party targets; always PRIVATE, so they never leak upwards
#   TESTS_USE  what the unit tests link on top (a <module>_testing target, a third-party library)
function(vedette_add_module name)
  cmake_parse_arguments(M "" "" "SOURCES;USES;PRIVATELY;EXTERNAL;TESTS_USE" ${ARGN})
  foreach(dep IN LISTS M_USES M_PRIVATELY)
    vedette_check_layer(${name} ${dep})
  endforeach()
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/include/*.h)
  if(M_SOURCES)
    add_library(vedette_${name} STATIC ${M_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(vedette_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(vedette::${name} ALIAS vedette_${name})
  target_sources(vedette_${name} ${scope}
    FILE_SET HEADERS BASE_DIRS ${CMAKE_CURRENT_SOURCE_DIR}/include FILES ${headers})
  target_compile_features(vedette_${name} ${scope} cxx_std_20)
  foreach(dep IN LISTS M_USES)
    target_link_libraries(vedette_${name} ${scope} vedette::${dep})
  endforeach()
  if(M_SOURCES)
    target_include_directories(vedette_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    foreach(dep IN LISTS M_PRIVATELY)
      target_link_libraries(vedette_${name} PRIVATE vedette::${dep})
    endforeach()
    target_link_libraries(vedette_${name} PRIVATE ${M_EXTERNAL} Threads::Threads)
    target_compile_options(vedette_${name} PRIVATE ${VEDETTE_WARNINGS})
    vedette_precompile(vedette_${name} vedette_precompiled)
  endif()
  if(VEDETTE_BUILD_TESTS)
    vedette_add_module_tests(${name} ${M_TESTS_USE})
    vedette_add_fuzz_targets(${name})
  endif()
  if(VEDETTE_BUILD_BENCHMARKS)
    vedette_add_module_benchmarks(${name})
  endif()
endfunction()

# vedette_add_loaded(<name> <module> [SOURCES ...] [EXTERNAL ...]): a part of a module that its programs load from
# lib/vedette when they need it. It holds its own copy of what it uses of the module, and shows one symbol alone.
function(vedette_add_loaded name module)
  cmake_parse_arguments(L "" "" "SOURCES;EXTERNAL" ${ARGN})
  add_library(${name} MODULE ${L_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE vedette::${module} ${L_EXTERNAL} Threads::Threads)
  target_link_options(${name} PRIVATE LINKER:--exclude-libs,ALL)
  target_compile_options(${name} PRIVATE ${VEDETTE_WARNINGS})
  vedette_precompile(${name} vedette_precompiled)
  set_target_properties(${name} PROPERTIES PREFIX "" CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/vedette)
  set_property(GLOBAL APPEND PROPERTY VEDETTE_LOADED ${name})
  foreach(program IN ITEMS vedette_${module}_test vedette_${module}_bench) # these were there before
    if(TARGET ${program})
      add_dependencies(${program} ${name})
    endif()
  endforeach()
endfunction()

# A program is not complete without what it loads.
function(vedette_needs_loaded target)
  get_property(loaded GLOBAL PROPERTY VEDETTE_LOADED)
  if(loaded)
    add_dependencies(${target} ${loaded})
  endif()
endfunction()

# Every bench/*_bench.cpp of the module, in one program that `./dev bench <module>` runs.
function(vedette_add_module_benchmarks name)
  file(GLOB benchmarks CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bench/*_bench.cpp)
  if(NOT benchmarks)
    return()
  endif()
  find_package(benchmark REQUIRED)
  add_executable(vedette_${name}_bench ${benchmarks})
  target_include_directories(vedette_${name}_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  vedette_add_test_paths(vedette_${name}_bench)
  target_compile_options(vedette_${name}_bench PRIVATE ${VEDETTE_WARNINGS})
  vedette_link_like_module(vedette_${name}_bench ${name})
  target_link_libraries(vedette_${name}_bench PRIVATE benchmark::benchmark_main)
endfunction()

# Tests and benchmarks look inside a module, so they see what its sources see.
function(vedette_link_like_module target name)
  vedette_needs_loaded(${target})
  get_target_property(type vedette_${name} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    get_target_property(private_libs vedette_${name} LINK_LIBRARIES)
    if(private_libs)
      target_link_libraries(${target} PRIVATE ${private_libs})
    endif()
  endif()
  target_link_libraries(${target} PRIVATE vedette::${name} Threads::Threads)
endfunction()

# VEDETTE_SOURCE_DIR and VEDETTE_MODULE_DIR for tests and benchmarks, from one file of their own: a path on every
# command line would make each checkout compile every test anew.
function(vedette_add_test_paths target)
  set(paths ${CMAKE_SOURCE_DIR}/tools/testing/test_paths.cpp)
  target_sources(${target} PRIVATE ${paths})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tools) # "testing/temporary_folder.h"
  set_source_files_properties(${paths} PROPERTIES COMPILE_DEFINITIONS
    "VEDETTE_SOURCE_PATH=\"${CMAKE_SOURCE_DIR}\";VEDETTE_MODULE_PATH=\"${CMAKE_CURRENT_SOURCE_DIR}\"")
  if(NOT VEDETTE_PRECOMPILE) # else it is among the precompiled headers
    target_compile_options(${target} PRIVATE -include ${CMAKE_SOURCE_DIR}/tools/testing/test_paths.h)
  endif()
endfunction()

# Every *_test.cpp below the module's folder, in one program per module; those that need a server or another
# process (*_it_test.cpp) in a second one, under the label `integration`.
function(vedette_add_module_tests name)
  file(GLOB_RECURSE tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cpp)
  set(integration_tests ${tests})
  list(FILTER integration_tests INCLUDE REGEX "_it_test\\.cpp$")
  list(FILTER tests EXCLUDE REGEX "_it_test\\.cpp$")
  if(tests)
    vedette_add_test_program(vedette_${name}_test ${name} unit SOURCES ${tests} USES ${ARGN})
  endif()
  if(integration_tests)
    vedette_add_test_program(vedette_${name}_it_test ${name} integration SOURCES ${integration_tests} USES ${ARGN})
  endif()
endfunction()

function(vedette_add_test_program target name label)
  cmake_parse_arguments(T "" "" "SOURCES;USES" ${ARGN})
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${target} ${T_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  vedette_add_test_paths(${target})
  target_compile_options(${target} PRIVATE ${VEDETTE_WARNINGS})
  vedette_link_like_module(${target} ${name})
  target_link_libraries(${target} PRIVATE ${T_USES} GTest::gmock_main)
  vedette_precompile(${target} vedette_precompiled_tests)
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${label} TIMEOUT 300)
endfunction()

# vedette_add_testing(<module> [SOURCES ...] [USES ...]): fakes and contract tests that other modules link
# as vedette::<module>_testing. Headers live in testing/include.
function(vedette_add_testing name)
  cmake_parse_arguments(T "" "" "SOURCES;USES" ${ARGN})
  if(T_SOURCES)
    add_library(vedette_${name}_testing STATIC ${T_SOURCES})
    set(scope PUBLIC)
    target_compile_options(vedette_${name}_testing PRIVATE ${VEDETTE_WARNINGS})
  else()
    add_library(vedette_${name}_testing INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(vedette::${name}_testing ALIAS vedette_${name}_testing)
  target_include_directories(vedette_${name}_testing ${scope} ${CMAKE_CURRENT_SOURCE_DIR}/testing/include)
  target_link_libraries(vedette_${name}_testing ${scope} vedette::${name} ${T_USES})
endfunction()

# Every fuzz/<name>_fuzz.cpp is a target with its corpus in fuzz/corpus/<name>/. Under VEDETTE_FUZZ it is
# linked with libFuzzer; otherwise it replays the corpus as an ordinary test.
function(vedette_add_fuzz_targets module)
  file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/*_fuzz.cpp)
  foreach(source IN LISTS fuzzers)
    get_filename_component(target ${source} NAME_WE)
    string(REGEX REPLACE "_fuzz$" "" subject ${target})
    add_executable(${target} ${source})
    target_link_libraries(${target} PRIVATE vedette::${module})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_compile_options(${target} PRIVATE ${VEDETTE_WARNINGS})
    if(VEDETTE_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wno-tsan) # it does not know fences: Asio has some beside its locks
    endif()
    if(VEDETTE_FUZZ)
      target_compile_options(${target} PRIVATE -fsanitize=fuzzer)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    else()
      target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tools/fuzz/replay_main.cpp)
      add_test(NAME fuzz.${subject} COMMAND ${target} ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${subject})
      set_tests_properties(fuzz.${subject} PROPERTIES LABELS fuzz)
    endif()
  endforeach()
endfunction()

# Every sub-folder of <kind> that has a plugin.cpp is one plug-in and defines
#   Status register_<folder>(<registry>&);
# The list of calls is generated, so it is explicit in the binary, survives static linking, and nobody
# edits it by hand. Defines Status register_builtin_<kind>(<registry>&), declared in <header>.
function(vedette_collect_plugins out_var kind namespace registry header)
  file(GLOB entries CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/${kind}
       ${CMAKE_CURRENT_SOURCE_DIR}/${kind}/*/plugin.cpp)
  list(SORT entries)
  set(decls "")
  set(calls "")
  set(sources "")
  foreach(entry IN LISTS entries)
    get_filename_component(plugin ${entry} DIRECTORY)
    list(FIND ARGN ${plugin} excluded)
    if(NOT excluded EQUAL -1)
      continue()
    endif()
    string(APPEND decls "Status register_${plugin}(${registry}& registry);\n")
    string(APPEND calls "    VEDETTE_CHECK_OK(register_${plugin}(registry));\n")
    file(GLOB plugin_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${kind}/${plugin}/*.cpp)
    list(FILTER plugin_sources EXCLUDE REGEX "_(test|bench)\\.cpp$")
    list(APPEND sources ${plugin_sources})
  endforeach()
  set(gen ${CMAKE_CURRENT_BINARY_DIR}/builtin_${kind}.gen.cpp)
  file(CONFIGURE OUTPUT ${gen} @ONLY CONTENT
"// Generated by vedette_collect_plugins(); do not edit.
#include <@header@>
namespace @namespace@ {
@decls@
Status register_builtin_@kind@(@registry@& registry);
Status register_builtin_@kind@([[maybe_unused]] @registry@& registry) {
@calls@    return {};
}
} // namespace @namespace@
")
  set(${out_var} ${sources} ${gen} PARENT_SCOPE)
endfunction()
