package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // decoders of image.Decode
	"image/jpeg"
	_ "image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// The two pictures that are made of one, by their longer side.
const (
	SmallSide = 320
	ViewSide  = 1600
)

const (
	maxPoints = 50_000_000 // of a picture: the largest that phones take as one
	maxBytes  = 420 << 20  // that it takes in memory once it is unpacked
	maxSide   = 30_000
)

// picture measures a picture and makes the two smaller ones. Nothing of what
// stands beside the points goes along: not where a photo was taken either.
func picture(b []byte, found func(width, height int), give func(side int, b []byte) error) error {
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("its picture can't be read: %w", err)
	}
	turn := orientation(b)
	if turn >= 5 {
		found(c.Height, c.Width)
	} else {
		found(c.Width, c.Height)
	}
	if points := int64(c.Width) * int64(c.Height); c.Width > maxSide || c.Height > maxSide || points > maxPoints || points*bytesOf(c.ColorModel) > maxBytes {
		return fmt.Errorf("its picture is %d × %d points, too large for a smaller one to be made", c.Width, c.Height)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return fmt.Errorf("its picture can't be read: %w", err)
	}
	for _, side := range []int{ViewSide, SmallSide} {
		// The second is made of the first: a quarter of the work.
		img = shrink(img, side)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, upright(img, turn), &jpeg.Options{Quality: 82}); err != nil {
			return err
		}
		if err := give(side, out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// bytesOf is what one point takes in memory.
func bytesOf(m color.Model) int64 {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	case color.YCbCrModel:
		return 3
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// shrink fits a picture into a square, on white; it never grows.
func shrink(img image.Image, side int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	return out
}

// upright turns a picture as EXIF's orientation says (CIPA DC-008, tag 0x0112).
func upright(img image.Image, turn int) image.Image {
	if turn < 2 || turn > 8 {
		return img
	}
	src := img.(*image.RGBA)
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := w, h
	if turn >= 5 {
		dw, dh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range dh {
		for x := range dw {
			sx, sy := x, y
			switch turn {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			out.SetRGBA(x, y, src.RGBAAt(sx, sy))
		}
	}
	return out
}
