# Everything comes from the distribution. Boost must be 1.81 or newer: Debian 12's unversioned packages hold 1.74,
# which lacks what the coroutines need, and installing them removes 1.81.
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
# Its inline form: the header alone, no library to link.
find_path(XXHASH_INCLUDE_DIR xxhash.h REQUIRED)

# Asio and Beast compiled once instead of in every source that mentions them.
add_library(polyglance_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio.cpp ${CMAKE_SOURCE_DIR}/cmake/beast.cpp)
target_compile_definitions(polyglance_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(polyglance_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_options(polyglance_asio PRIVATE -w)

# precompile(<target> <header>): a third of the build time. The stamp is left out so that ccache can share the result.
function(precompile target header)
  target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${header})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()

# room(<name> PRECOMPILE <header> LINK <libraries>...): the library of one top-level folder, from every source below it.
function(room name)
  cmake_parse_arguments(ROOM "" "PRECOMPILE" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(polyglance_${name} STATIC ${sources})
  target_include_directories(polyglance_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(polyglance_${name} PUBLIC ${ROOM_LINK})
  precompile(polyglance_${name} ${ROOM_PRECOMPILE})
endfunction()
