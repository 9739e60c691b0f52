# Compiler settings that hold for every target of ours.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(VEDETTE_CCACHE ccache)
if(VEDETTE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${VEDETTE_CCACHE}")
endif()

# A faster linker where there is one; the result is the same.
find_program(VEDETTE_MOLD mold)
if(VEDETTE_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Debug builds keep symbols but not a gigabyte of them.
set(CMAKE_CXX_FLAGS_DEBUG "-g1 -O1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O3 -g1 -DNDEBUG")

if(VEDETTE_SANITIZE)
  add_compile_options(-fsanitize=${VEDETTE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${VEDETTE_SANITIZE})
endif()

# Coverage feedback in everything a fuzz target reaches, not in the target's own file alone.
if(VEDETTE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
