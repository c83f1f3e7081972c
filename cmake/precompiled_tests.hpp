// And for the tests.
#pragma once

#include "precompiled_asio.hpp"

#include <gtest/gtest.h>
