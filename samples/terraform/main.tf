terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.25.0"
    }
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = merge({ Application = var.name }, var.tags)
  }
}

data "aws_region" "current" {}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_availability_zones" "available" {
  state = "available"

  # Local Zones and Wavelength Zones have no mount targets.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  region    = data.aws_region.current.region
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  dns       = data.aws_partition.current.dns_suffix

  # Names of what other parts have to name before it is there.
  scaler_name     = "${var.name}-scaler"
  cluster_name    = var.name
  service_name    = "${var.name}-worker"
  parameter_arn   = "arn:${local.partition}:ssm:${local.region}:${local.account}:parameter${var.parameter_name}"
  scaler_arn      = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${local.scaler_name}"
  service_arn     = "arn:${local.partition}:ecs:${local.region}:${local.account}:service/${local.cluster_name}/${local.service_name}"
  nfs_port        = 2049
  worker_port     = 8080
  kernel_mounts   = var.worker_compute == "MANAGED_INSTANCES"
  creates_network = var.vpc_id == null
}
