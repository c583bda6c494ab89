# Points of a figure that its panel cuts off to the left or right, where nobody sees them:  awk -f docs/tools/outside.awk docs/figures/*.svg
function number(name) { return match($0, " " name "=\"[-0-9.]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0 : 0 }
FNR == 1 { told = 0 }
/<clipPath id="/ { name = $0; sub(/.*<clipPath id="/, "", name); sub(/".*/, "", name); left[name] = number("x"); right[name] = left[name] + number("width") }
/<circle .*clip-path=/ && !told {
    name = $0; sub(/.*url\(#/, "", name); sub(/\).*/, "", name); at = number("cx")
    if (at < left[name] - 2 || at > right[name] + 2) { print FILENAME ": a point lies outside of " name; told = found = 1 }
}
END { exit found }
