# Either a VPC of our own, with no way to the Internet, or that of var.vpc_id with its subnets.

locals {
  zones = local.creates_network ? slice(data.aws_availability_zones.available.names, 0, var.availability_zone_count) : []

  vpc_id = local.creates_network ? aws_vpc.own[0].id : var.vpc_id

  # By keys that are known before anything is made: the zone's name, or the given subnet's id.
  subnet_ids  = local.creates_network ? tomap({ for zone in local.zones : zone => aws_subnet.private[zone].id }) : tomap({ for id in var.private_subnet_ids : id => id })
  subnet_keys = local.creates_network ? local.zones : var.private_subnet_ids

  # Where there is a mount target from the start. The others are left for scaling.
  initial_keys = slice(local.subnet_keys, 0, var.initial_mount_target_count)

  # A mount target can be made in each of them. The scaler looks at every subnet of the VPC, so this does too.
  reachable_zones = local.creates_network ? local.zones : distinct([for subnet in data.aws_subnet.given : subnet.availability_zone])

  # What tasks, the function and the ECS agent call. Without them the private subnets reach nothing of AWS.
  endpoint_services = local.creates_network ? toset(concat(
    ["ec2", "ecr.api", "ecr.dkr", "ecs", "elasticfilesystem", "logs", "ssm"],
    local.kernel_mounts ? ["ecs-agent", "ecs-telemetry"] : [],
  )) : toset([])
}

resource "aws_vpc" "own" {
  count = local.creates_network ? 1 : 0

  cidr_block           = var.vpc_cidr
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.name }
}

# Nothing uses the group that every VPC has; with no rules, nothing can.
resource "aws_default_security_group" "own" {
  count = local.creates_network ? 1 : 0

  vpc_id = aws_vpc.own[0].id
}

resource "aws_subnet" "private" {
  for_each = toset(local.zones)

  vpc_id            = aws_vpc.own[0].id
  availability_zone = each.value
  cidr_block        = cidrsubnet(var.vpc_cidr, 4, index(local.zones, each.value))

  tags = { Name = "${var.name}-private-${each.value}" }
}

resource "aws_route_table" "private" {
  count = local.creates_network ? 1 : 0

  vpc_id = aws_vpc.own[0].id

  tags = { Name = "${var.name}-private" }
}

resource "aws_route_table_association" "private" {
  for_each = aws_subnet.private

  subnet_id      = each.value.id
  route_table_id = aws_route_table.private[0].id
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.endpoint_services

  vpc_id              = aws_vpc.own[0].id
  service_name        = "com.amazonaws.${local.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for zone in local.initial_keys : aws_subnet.private[zone].id]
  security_group_ids  = [aws_security_group.endpoints.id]

  tags = { Name = "${var.name}-${each.value}" }
}

# ECR keeps the layers of images in S3.
resource "aws_vpc_endpoint" "s3" {
  count = local.creates_network ? 1 : 0

  vpc_id            = aws_vpc.own[0].id
  service_name      = "com.amazonaws.${local.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [aws_route_table.private[0].id]

  tags = { Name = "${var.name}-s3" }
}

data "aws_subnets" "given" {
  count = local.creates_network ? 0 : 1

  filter {
    name   = "vpc-id"
    values = [var.vpc_id]
  }
}

data "aws_subnet" "given" {
  for_each = local.creates_network ? toset([]) : toset(data.aws_subnets.given[0].ids)

  id = each.value

  lifecycle {
    postcondition {
      condition     = !contains(var.private_subnet_ids, self.id) || self.vpc_id == var.vpc_id
      error_message = "The subnet ${self.id} of private_subnet_ids is not in ${var.vpc_id}."
    }
  }
}

data "aws_ec2_managed_prefix_list" "s3" {
  name = "com.amazonaws.${local.region}.s3"
}

resource "aws_security_group" "efs" {
  name        = "${var.name}-efs"
  description = "Mount targets: NFS from the function and the tasks, nothing else"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-efs" }
}

resource "aws_security_group" "scaler" {
  name        = "${var.name}-scaler"
  description = "The scaler function: NFS to the mount targets, HTTPS to AWS"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-scaler" }
}

resource "aws_security_group" "worker" {
  name        = "${var.name}-worker"
  description = "Tasks: NFS to the mount targets, HTTPS to AWS, their clients in"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-worker" }
}

resource "aws_security_group" "endpoints" {
  name        = "${var.name}-endpoints"
  description = "Interface endpoints of AWS services: HTTPS from the function and the tasks"
  vpc_id      = local.vpc_id

  tags = { Name = "${var.name}-endpoints" }
}

locals {
  nfs_clients = tomap({
    scaler = aws_security_group.scaler.id
    worker = aws_security_group.worker.id
  })
}

resource "aws_vpc_security_group_ingress_rule" "nfs" {
  for_each = local.nfs_clients

  security_group_id            = aws_security_group.efs.id
  referenced_security_group_id = each.value
  description                  = "NFS from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = local.nfs_port
  to_port                      = local.nfs_port
}

resource "aws_vpc_security_group_egress_rule" "nfs" {
  for_each = local.nfs_clients

  security_group_id            = each.value
  referenced_security_group_id = aws_security_group.efs.id
  description                  = "NFS to the mount targets"
  ip_protocol                  = "tcp"
  from_port                    = local.nfs_port
  to_port                      = local.nfs_port
}

# In our own VPC AWS is behind the endpoints; in a given one it may be behind anything.
resource "aws_vpc_security_group_egress_rule" "endpoints" {
  for_each = local.creates_network ? local.nfs_clients : tomap({})

  security_group_id            = each.value
  referenced_security_group_id = aws_security_group.endpoints.id
  description                  = "AWS services"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  for_each = local.nfs_clients

  security_group_id            = aws_security_group.endpoints.id
  referenced_security_group_id = each.value
  description                  = "HTTPS from ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}

resource "aws_vpc_security_group_egress_rule" "images" {
  security_group_id = aws_security_group.worker.id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.s3.id
  description       = "Layers of images, which ECR keeps in S3"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each = local.creates_network ? tomap({}) : local.nfs_clients

  security_group_id = each.value
  cidr_ipv4         = "0.0.0.0/0"
  description       = "AWS services, by the ways of the given VPC"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = toset(var.worker_client_cidr_blocks)

  security_group_id = aws_security_group.worker.id
  cidr_ipv4         = each.value
  description       = "The clients of the Worker"
  ip_protocol       = "tcp"
  from_port         = local.worker_port
  to_port           = local.worker_port
}
