package download

// FashionMNISTMirrors lists where the files of the Fashion-MNIST data set (Xiao, Rasul and Vollgraf,
// 2017, https://arxiv.org/abs/1708.07747) are, byte for byte the same: the authors' bucket, at the
// address of it that speaks HTTPS; the copy that Keras loads; and the authors' repository.
var FashionMNISTMirrors = []string{
	"https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
	"https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
	"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
}
