variable "name" {
  description = "Begins the name of everything that is made."
  type        = string
  default     = "efs-sharding"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}[a-z0-9]$", var.name))
    error_message = "name is 3 to 32 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "region" {
  description = "The region to deploy to. Null: that of the AWS configuration (AWS_REGION, the profile)."
  type        = string
  default     = null

  validation {
    condition     = var.region == null || can(regex("^[a-z]{2,}(-[a-z]+)+-[0-9]+$", var.region))
    error_message = "region is a region's code, for example eu-west-1."
  }
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "In tags, names that begin with aws: are reserved."
  }
}

variable "vpc_id" {
  description = "A VPC of yours to deploy into, with private_subnet_ids. Null: a VPC is made."
  type        = string
  default     = null

  validation {
    condition     = var.vpc_id == null || can(regex("^vpc-[0-9a-f]+$", var.vpc_id))
    error_message = "vpc_id is a VPC's id, vpc-…"
  }
}

variable "private_subnet_ids" {
  description = "With vpc_id: its subnets for mount targets, function and tasks, each in another Availability Zone; the first initial_mount_target_count of them get a mount target. They must reach ECR, S3, CloudWatch Logs, SSM, EFS, EC2 and ECS."
  type        = list(string)
  default     = []

  validation {
    condition = var.vpc_id == null ? length(var.private_subnet_ids) == 0 : (
      length(var.private_subnet_ids) >= var.initial_mount_target_count &&
      length(distinct(var.private_subnet_ids)) == length(var.private_subnet_ids)
    )
    error_message = "Give private_subnet_ids with vpc_id and only then: different ones, initial_mount_target_count or more."
  }
}

variable "vpc_cidr" {
  description = "The addresses of the VPC that is made."
  type        = string
  default     = "10.64.0.0/16"

  validation {
    condition     = can(cidrnetmask(var.vpc_cidr)) && try(tonumber(split("/", var.vpc_cidr)[1]) >= 16 && tonumber(split("/", var.vpc_cidr)[1]) <= 24, false)
    error_message = "vpc_cidr is an IPv4 network of /16 to /24, for example 10.64.0.0/16."
  }
}

variable "availability_zone_count" {
  description = "How many Availability Zones the VPC that is made has a private subnet in: more than initial_mount_target_count, so that there is where to add one."
  type        = number
  default     = 3

  validation {
    condition     = var.availability_zone_count == floor(var.availability_zone_count) && var.availability_zone_count <= 6 && var.availability_zone_count > var.initial_mount_target_count
    error_message = "availability_zone_count is a whole number above initial_mount_target_count, at most 6."
  }
}

variable "initial_mount_target_count" {
  description = "How many mount targets there are before the scaler adds any."
  type        = number
  default     = 2

  validation {
    condition     = contains([1, 2, 3, 4, 5], var.initial_mount_target_count)
    error_message = "initial_mount_target_count is 1 to 5."
  }
}

variable "kms_key_arn" {
  description = "The KMS key that the files are encrypted with. Null: the account's aws/elasticfilesystem."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:.+:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key, arn:aws:kms:…:key/…"
  }
}

variable "backups" {
  description = "Whether AWS Backup keeps daily copies of the file system."
  type        = bool
  default     = true

  validation {
    condition     = var.backups != null
    error_message = "backups is true or false."
  }
}

variable "layout" {
  description = "How store paths become paths on the file system, in the first map: plain or bucketed (spread over 4,096 directories). Changing it later moves no files."
  type        = string
  default     = "plain"

  validation {
    condition     = contains(["plain", "bucketed"], var.layout)
    error_message = "layout is plain or bucketed."
  }
}

variable "parameter_name" {
  description = "The SSM parameter of the shard map."
  type        = string
  default     = "/efs-sharding/map"

  validation {
    condition     = can(regex("^/[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+){0,14}$", var.parameter_name)) && !can(regex("^/(aws|ssm)", lower(var.parameter_name)))
    error_message = "parameter_name is a path such as /efs-sharding/map, and does not begin with /aws or /ssm."
  }
}

variable "file_count_threshold" {
  description = "Files for each mount target above which one more is added."
  type        = number
  default     = 100000

  validation {
    condition     = var.file_count_threshold >= 0 && var.file_count_threshold == floor(var.file_count_threshold)
    error_message = "file_count_threshold is a number of files, 0 or more."
  }
}

variable "scaler_package" {
  description = "The zip file of the function, as samples/scripts/deploy_lambda.sh builds it."
  type        = string
  default     = "../../artifacts/lambda/scaler.zip"

  validation {
    condition     = endswith(var.scaler_package, ".zip")
    error_message = "scaler_package is the path of a zip file."
  }
}

variable "scaler_enabled" {
  description = "Whether the scaler runs by itself."
  type        = bool
  default     = true

  validation {
    condition     = var.scaler_enabled != null
    error_message = "scaler_enabled is true or false."
  }
}

variable "scaler_interval_minutes" {
  description = "How often the scaler runs."
  type        = number
  default     = 5

  validation {
    condition     = var.scaler_interval_minutes >= 1 && var.scaler_interval_minutes <= 1440 && var.scaler_interval_minutes == floor(var.scaler_interval_minutes)
    error_message = "scaler_interval_minutes is a whole number of 1 to 1440."
  }
}

variable "scaler_timeout" {
  description = "Seconds that a run may take: counting, and the minutes until a new mount target is there."
  type        = number
  default     = 900

  validation {
    condition     = var.scaler_timeout >= 420 && var.scaler_timeout <= 900 && var.scaler_timeout == floor(var.scaler_timeout)
    error_message = "scaler_timeout is 420 to 900 s: waiting for a mount target takes up to 300 s, and Lambda gives 900."
  }
}

variable "scaler_memory" {
  description = "Memory of the function in MiB; its processors grow with it."
  type        = number
  default     = 512

  validation {
    condition     = var.scaler_memory >= 128 && var.scaler_memory <= 10240 && var.scaler_memory == floor(var.scaler_memory)
    error_message = "scaler_memory is 128 to 10240 MiB."
  }
}

variable "scaler_reserved_concurrency" {
  description = "How many runs there may be at once. -1: no limit, for an account whose quota leaves none to reserve."
  type        = number
  default     = 1

  validation {
    condition     = contains([-1, 1], var.scaler_reserved_concurrency)
    error_message = "scaler_reserved_concurrency is 1, or -1 for no limit."
  }
}

variable "log_level" {
  description = "The least level that the scaler logs."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level is TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "cpu_architecture" {
  description = "What the function and the image are built for: X86_64 or ARM64. Native code is built on a machine of the same kind."
  type        = string
  default     = "X86_64"

  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture is X86_64 or ARM64."
  }
}

variable "worker_image_tag" {
  description = "The tag of the Worker's image in the ECR repository, as samples/scripts/build_and_push_worker.sh pushed it."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$", var.worker_image_tag))
    error_message = "worker_image_tag is an image's tag: letters, digits, _ . and -, at most 128."
  }
}

variable "worker_compute" {
  description = "Where the tasks run: FARGATE, with direct NFS, or MANAGED_INSTANCES, with kernel mounts and the image of the Dockerfile's target kernel."
  type        = string
  default     = "FARGATE"

  validation {
    condition     = contains(["FARGATE", "MANAGED_INSTANCES"], var.worker_compute)
    error_message = "worker_compute is FARGATE or MANAGED_INSTANCES."
  }
}

variable "worker_count" {
  description = "How many tasks run."
  type        = number
  default     = 2

  validation {
    condition     = var.worker_count >= 0 && var.worker_count == floor(var.worker_count)
    error_message = "worker_count is 0 or more."
  }
}

variable "worker_cpu" {
  description = "CPU units of a task, 1024 for a processor."
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.worker_cpu)
    error_message = "worker_cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384."
  }
}

variable "worker_memory" {
  description = "Memory of a task in MiB. Fargate takes 2 to 8 times the CPU units."
  type        = number
  default     = 1024

  validation {
    condition     = var.worker_memory >= 2 * var.worker_cpu && var.worker_memory <= 8 * var.worker_cpu && var.worker_memory % 512 == 0
    error_message = "worker_memory is 2 to 8 times worker_cpu, in steps of 512."
  }
}

variable "worker_client_cidr_blocks" {
  description = "Networks whose machines may call the Worker on port 8080. It authenticates nobody."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for block in var.worker_client_cidr_blocks : can(cidrnetmask(block))])
    error_message = "worker_client_cidr_blocks are IPv4 networks, for example 10.0.0.0/16."
  }
}

variable "target_group_arn" {
  description = "A load balancer's target group of type ip to register the tasks with; its health check is GET /healthz/ready. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.target_group_arn == null || can(regex("^arn:[a-z-]+:elasticloadbalancing:.+:targetgroup/.+$", var.target_group_arn))
    error_message = "target_group_arn is the ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/…"
  }
}

variable "container_insights" {
  description = "Whether CloudWatch Container Insights watches the cluster. It costs."
  type        = bool
  default     = false

  validation {
    condition     = var.container_insights != null
    error_message = "container_insights is true or false."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days is one of CloudWatch's: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, …"
  }
}

variable "alarm_topic_arns" {
  description = "SNS topics that alarms are sent to. Empty: they are only shown."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.alarm_topic_arns : can(regex("^arn:[a-z-]+:sns:", arn))])
    error_message = "alarm_topic_arns are ARNs of SNS topics, arn:aws:sns:…"
  }
}
