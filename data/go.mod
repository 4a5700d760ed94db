// This module is empty. It stands here so that the data set stays out of the
// module zip that importers of fnn download.
module fnn/data
