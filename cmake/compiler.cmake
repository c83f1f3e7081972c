# Which compilers are right, and how everything is compiled.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 14)
  message(FATAL_ERROR
    "g++ ${CMAKE_CXX_COMPILER_VERSION} miscompiles coroutines (temporaries in a statement with co_await are "
    "destroyed twice). Use clang 19 (./dev installs it on Debian 12) or g++ 14 and newer.")
endif()

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wimplicit-fallthrough
                    -fstack-protector-strong -fno-omit-frame-pointer)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
  add_compile_options(-fcf-protection=full -fstack-clash-protection)
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -pie")

if(POLYGLANCE_SANITIZE)
  add_compile_options(-fsanitize=${POLYGLANCE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${POLYGLANCE_SANITIZE})
  # Recycled coroutine frames hide use-after-free from the sanitizers.
  add_compile_definitions(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
else()
  add_compile_definitions($<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=3>)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)

# The same program wherever it is built: no folder of this machine is in it, and it makes no difference whether ccache
# shortened the paths before the compiler saw them.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  file(RELATIVE_PATH up ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/)
  add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${up}=)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-ffile-compilation-dir=.) # a debugger that is started in the source folder finds everything
  endif()
endif()

option(POLYGLANCE_WERROR "Warnings are errors" OFF)
if(POLYGLANCE_WERROR)
  add_compile_options(-Werror)
endif()
