package picture_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"fnn/picture"
)

func Example() {
	// A dark cross on white paper, as a camera or a pen would make it.
	paper := image.NewGray(image.Rect(0, 0, 50, 50))
	for y := range 50 {
		for x := range 50 {
			if (x/10 == 2 || y/10 == 2) && min(x, y) >= 10 && max(x, y) < 40 {
				paper.SetGray(x, y, color.Gray{20})
			} else {
				paper.SetGray(x, y, color.Gray{255})
			}
		}
	}
	var file bytes.Buffer
	png.Encode(&file, paper)

	pixels, info, err := picture.Load(&file, 5, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Format, info.Width, info.Height)
	if picture.LooksInverted(pixels, 5, 5, 0) { // the data's border is black
		picture.Invert(pixels)
	}
	for row := range 5 {
		fmt.Printf("%3d\n", pixels[row*5:][:5])
	}
	// Output:
	// png 50 50
	// [  0   0   0   0   0]
	// [  0   0 235   0   0]
	// [  0 235 235 235   0]
	// [  0   0 235   0   0]
	// [  0   0   0   0   0]
}
