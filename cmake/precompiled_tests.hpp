// And for the tests.
#pragma once

#include <gtest/gtest.h>

#include "precompiled_asio.hpp"
