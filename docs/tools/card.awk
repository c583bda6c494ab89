# The picture that messengers show of a page: the upper half of the front page's figure under the book's name, 1200 x 630.
#   awk -f docs/tools/card.awk docs/figures/ten_layers.svg > card.svg
/<svg / {
    print "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"630\" viewBox=\"0 0 1200 630\">"
    print "<rect width=\"1200\" height=\"630\" fill=\"#ffffff\"/>"
    print "<text x=\"40\" y=\"84\" style=\"font-size: 52px; font-weight: 650\">winit.h</text>"
    print "<text x=\"40\" y=\"138\" style=\"font-size: 32px\">Weight initialisation, from first principles</text>"
    print "<svg x=\"0\" y=\"160\" width=\"1200\" height=\"460\" viewBox=\"0 66 888 340\">"
    next
}
/<(title|desc|rect width="100%")/ || /class="(title|dim)">.* / { next }
{ print }
END { print "</svg>" }
