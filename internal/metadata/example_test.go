package metadata_test

import (
	"errors"
	"fmt"

	"fnn/internal/metadata"
)

func Example() {
	m := metadata.Metadata{
		Architecture: "8 relu", Inputs: 4, ClassNames: []string{"setosa", "virginica"}, InputScale: 0.5,
		Info: map[string]string{"data": "iris"},
	}
	texts, err := m.Texts(2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(texts)
	back, err := metadata.Parse(texts, errors.New("not a model"))
	fmt.Println(back, err)
	_, err = metadata.Parse(map[string]string{"fnn_version": "2"}, errors.New("not a model"))
	fmt.Println(err)
	// Output:
	// map[architecture:8 relu classes:setosa
	// virginica data:iris fnn_version:1 input_scale:0.5 inputs:4]
	// { 8 relu 4 [setosa virginica] 0.5 map[data:iris]} <nil>
	// a model of a newer version of fnn: its metadata has fnn_version "2", want "1"
}
