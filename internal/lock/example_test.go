package lock_test

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"fnn/internal/lock"
)

func ExampleAcquire() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	name := filepath.Join(folder, ".lock")
	mine, err := lock.Acquire(name)
	if err != nil {
		log.Fatal(err)
	}
	var held *lock.HeldError
	_, err = lock.Acquire(name)
	fmt.Println("held:", errors.As(err, &held))
	mine.Release()
	again, err := lock.Acquire(name)
	fmt.Println("free again:", err == nil)
	again.Release()
	// Output:
	// held: true
	// free again: true
}
