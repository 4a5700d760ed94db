package suggest_test

import (
	"fmt"

	"fnn/internal/suggest"
)

func ExampleSuggest() {
	commands := []string{"train", "eval", "predict"}
	fmt.Printf("%q\n", suggest.Suggest("tarin", commands))
	fmt.Printf("%q\n", suggest.Suggest("serve", commands))
	// Output:
	// "train"
	// ""
}
