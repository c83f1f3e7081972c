#pragma once

#include <rapidcheck/Gen.h>

#include <string>
#include <vector>

#include "model/image.hpp"

namespace polyglance::test {

/// Text that breaks careless code: empty, Chinese, quotes, backslashes, control characters, letters that fold.
rc::Gen<std::string> awkward_text();

/// Any image at all, every member sometimes absent, its properties any JSON. `hidden` is never false (see Image).
rc::Gen<Image> any_image();

/// An image whose values come from domains of two to five, so that ties, nulls and duplicates abound. Its native id is
/// one of about thirty.
rc::Gen<Image> colliding_image();

/// Images as `colliding_image` makes them, of different native ids.
rc::Gen<std::vector<Image>> colliding_images(std::size_t at_most);

} // namespace polyglance::test
